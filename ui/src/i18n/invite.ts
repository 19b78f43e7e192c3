/** Inviting people to a room; the invitation itself is the server's, in the invitee's language. */
export const en = {
  "invite.to": "Invite to {title}",
  "invite.language": "Invitee's language",
  "invite.when": "When",
  "invite.when.help": "Leave it empty for any time. In a calendar it is then the next full hour, to be moved.",
  "invite.minutes": "Minutes",
  "invite.text": "Invitation",
  "invite.qr": "QR code that dials {dial}",
  "invite.qr.tel": "Scan to call",
  "invite.qr.sip": "Scan to call with a SIP phone",
  "invite.no_pin": "The PIN is not in it: your role does not include seeing PINs.",
  "invite.copy": "Copy invitation",
  "invite.copy_dial": "Copy dial string",
  "invite.ics": "Calendar file (.ics)",
  "invite.mail": "Mail …",
} as const;

export const de: Record<keyof typeof en, string> = {
  "invite.to": "Einladen zu {title}",
  "invite.language": "Sprache der Eingeladenen",
  "invite.when": "Wann",
  "invite.when.help": "Leer lassen für jederzeit. Im Kalender ist es dann die nächste volle Stunde, zum Verschieben.",
  "invite.minutes": "Minuten",
  "invite.text": "Einladung",
  "invite.qr": "QR-Code, der {dial} wählt",
  "invite.qr.tel": "Scannen und anrufen",
  "invite.qr.sip": "Scannen und mit einem SIP-Telefon anrufen",
  "invite.no_pin": "Die PIN steht nicht darin: Ihre Rolle darf keine PINs sehen.",
  "invite.copy": "Einladung kopieren",
  "invite.copy_dial": "Wählfolge kopieren",
  "invite.ics": "Kalenderdatei (.ics)",
  "invite.mail": "E-Mail …",
};
