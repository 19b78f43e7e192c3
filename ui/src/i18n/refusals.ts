/** What the server says when it refuses and in the audit log, in German: it speaks English alone. */

/** `{gaps}` stand for whatever is there, and are kept. */
export const GERMAN: Readonly<Record<string, string>> = {
  "a name or an IP address, with :PORT if need be": "ein Name oder eine IP-Adresse, bei Bedarf mit :PORT",
  "a name or an IP address, or nothing for none": "ein Name oder eine IP-Adresse, oder nichts",
  "a name or an IP address, or nothing for that of the host": "ein Name oder eine IP-Adresse, oder nichts",
  "the user part of an address: letters, digits and -_.!~*'()+&=$,;?/":
    "der Benutzerteil einer Adresse: Buchstaben, Ziffern und -_.!~*'()+&=$,;?/",
  "the user to register, for a trunk that registers": "der Benutzer, der sich anmeldet",
  "up to 128 characters without control characters or quotes":
    "höchstens 128 Zeichen ohne Steuerzeichen und Anführungszeichen",
  "1 to 256 characters without control characters": "1 bis 256 Zeichen ohne Steuerzeichen",
  "seconds, 60 to 86400": "Sekunden, 60 bis 86400",
  "seconds, 10 to 3600, or 0 for none": "Sekunden, 10 bis 3600, oder 0 für nie",
  "up to 64 addresses or networks such as 192.0.2.0/28": "höchstens 64 Adressen oder Netze wie 192.0.2.0/28",
  "the extension of a room, or nothing for none": "die Durchwahl eines Raums, oder nichts",
  "0 to 9000; 0 for no limit of its own": "0 bis 9000; 0 für keine eigene Grenze",
  "a name that no other trunk has": "ein Name, den kein anderes Amt hat",
  "there is a trunk {name} already": "ein Amt {name} gibt es schon",
  "the trunk is disabled: enable it first": "das Amt ist nicht in Betrieb",
  "the name {host} has no address": "der Name {host} hat keine Adresse",
  "no name server answered when {host} was looked up": "kein Namensserver hat geantwortet, als nach {host} gefragt wurde",
  "no answer from {remote}": "keine Antwort von {remote}",
  "no connection to {remote}": "keine Verbindung zu {remote}",
  "it refused the password": "das Passwort wurde abgelehnt",
  "it wants a password, and none is set": "es wird ein Passwort verlangt, und keines ist hinterlegt",
  "it asks for a proof that is no digest": "es wird ein Nachweis verlangt, der kein Digest ist",
  "it refuses us: 403 {words}": "wir werden abgelehnt: 403 {words}",
  "it does not know the user": "der Benutzer ist dort nicht bekannt",
  "it accepted the registration but did not keep it": "die Anmeldung wurde angenommen, aber nicht behalten",
  "it takes no registration of this length": "eine Anmeldung dieser Dauer wird nicht angenommen",
  "it answered {status} {phrase}": "die Antwort war {status} {phrase}",
  "the registration ran out": "die Anmeldung ist abgelaufen",
  "1 to 80 characters without control characters": "1 bis 80 Zeichen ohne Steuerzeichen",
  "a text of 1 to 80 characters": "1 bis 80 Zeichen",
  "2 to 12 digits, not starting with 0": "2 bis 12 Ziffern, nicht mit 0 beginnend",
  "an extension that no other room has": "eine Durchwahl, die kein anderer Raum hat",
  "every extension from {first} to {last} is taken; name another one":
    "jede Durchwahl von {first} bis {last} ist vergeben; bitte eine andere nennen",
  "the name of a playlist, or null for none": "der Name einer Wiedergabeliste, oder keine",
  "4 to 12 digits": "4 bis 12 Ziffern",
  "at most 8192 bytes of text without control characters": "höchstens 8192 Bytes Text ohne Steuerzeichen",
  "at most {n} lines": "höchstens {n} Zeilen",
  "1 to 64 characters without control characters": "1 bis 64 Zeichen ohne Steuerzeichen",
  "a name that nobody has": "ein Name, den noch niemand hat",
  "another user has this name": "ein anderer Benutzer heißt so",
  "12 to 256 characters": "12 bis 256 Zeichen",
  "at least 5 different characters": "mindestens 5 verschiedene Zeichen",
  "more than your name": "mehr als der eigene Name",
  "your password until now": "das bisherige Passwort",
  "this is the last owner; make another one first":
    "dies ist der letzte Inhaber; machen Sie zuerst jemand anderen dazu",
  "a token may do nothing that its maker may not": "ein Token darf nichts, was sein Ersteller nicht darf",
  "permissions that you have yourself": "Rechte, die Sie selbst haben",
  "a time to come such as 2027-01-31T00:00:00Z, or null": "ein Zeitpunkt in der Zukunft",
  "a time after the start": "ein Zeitpunkt nach dem Beginn",
  "1 to 40 letters, digits, - and _": "1 bis 40 Buchstaben, Ziffern, - und _",
  "the PIN {new} and the PIN {old} are the same, or one begins with the other":
    "die PIN {new} und die PIN {old} sind gleich, oder eine beginnt mit der anderen",
  "a PIN that no other of the room begins with, nor it with another":
    "eine PIN, mit der keine andere des Raums beginnt und die mit keiner anderen beginnt",
  "{n} people have a PIN of this room already, which is the most":
    "{n} Personen haben schon eine PIN dieses Raums, mehr gehen nicht",
  "a text of 4 to 12 digits, or null for a generated one": "4 bis 12 Ziffern",
  "the name of somebody who has a PIN of this room": "der Name einer Person, die eine PIN dieses Raums hat",
  "nothing: it is for the PIN of a person": "nichts: Das gibt es nur bei der PIN einer Person",
  "member or moderator": "Teilnehmer oder Moderation",
  "of the room": "des Raums",
  "of moderators": "der Moderation",
  "of {name}": "von {name}",
  "there is a profile {name} already": "ein Profil {name} gibt es schon",
  "a name that no other profile of this kind has": "ein Name, den kein anderes Profil dieser Art hat",
  "there are {n} profiles already, which is the most": "es gibt schon {n} Profile, mehr gehen nicht",
  "there are {n} menus already, which is the most": "es gibt schon {n} Menüs, mehr gehen nicht",
  "there are {n} rooms already, which is the most": "es gibt schon {n} Räume, mehr gehen nicht",
  "the options of room {room} begin with this profile; take the template out of them first":
    "die Optionen des Raums {room} beginnen mit diesem Profil; nehmen Sie zuerst die Zeile template dort heraus",
  "a personal PIN of room {room} names this profile; take it from there first":
    "eine persönliche PIN des Raums {room} nennt dieses Profil; nehmen Sie es zuerst dort weg",
  "the profile {name} begins with this one": "das Profil {name} beginnt mit diesem",
  "a room takes this profile at this moment": "ein Raum nimmt dieses Profil gerade",
  "a profile that does not begin with this one, over at most {n} others":
    "ein Profil, das nicht mit diesem beginnt, über höchstens {n} andere",
  "a profile, and there is none yet": "ein Profil, und es gibt noch keines",
  "one of the profiles {names}": "eines der Profile {names}",
  "did you mean {near}? There are: {names}": "meinten Sie {near}? Es gibt: {names}",
  "there is no profile {name}": "ein Profil {name} gibt es nicht",
  "the profile is at version {found} and not at {version}; read it again":
    "das Profil wurde inzwischen geändert; bitte noch einmal ansehen",
  "the room {room} has chosen this menu; choose another for it first":
    "der Raum {room} hat dieses Menü; wählen Sie für ihn zuerst ein anderes",
  "a room is choosing this menu at this moment": "ein Raum wählt dieses Menü gerade",
  "the menu {name} comes with the server and stays as it is":
    "das Menü {name} kommt mit dem Server und bleibt, wie es ist",
  "there is no menu {name}": "ein Menü {name} gibt es nicht",
  "the menu is at version {found} and not at {version}; read it again":
    "das Menü wurde inzwischen geändert; bitte noch einmal ansehen",
  "keys and actions": "Tasten und Aktionen",
  "none or one of the playlists {names}": "keine oder eine der Listen {names}",
  "{extension} is the number of {whose}": "{extension} ist schon die Durchwahl: {whose}",
  "the echo test": "der Echotest",
  "an announcement": "eine Ansage",
  "an echo test or announcement that is being made": "ein Echotest oder eine Ansage, die gerade entsteht",
  "a room that is being made": "ein Raum, der gerade entsteht",
  "the room {title}": "der Raum {title}",
  "an extension that neither a room nor an echo test or announcement has":
    "eine Durchwahl, die weder ein Raum noch ein Echotest oder eine Ansage hat",
  "a number that no room has": "eine Nummer, die kein Raum hat",
  "there are {n} such numbers already, which is the most": "es gibt schon {n} solche Nummern, mehr gehen nicht",
  "under {number} there is no echo test and no announcement": "unter {number} gibt es weder Echotest noch Ansage",
  "the name of one of our sounds; none was uploaded yet": "der Name eines mitgelieferten Klangs; eigene gibt es noch nicht",
  "one of our sounds, or of those uploaded: {names}": "ein mitgelieferter Klang oder ein eigener: {names}",
  "the name of one of our sounds or of one that was uploaded": "der Name eines mitgelieferten oder eigenen Klangs",
  "it is said under {number}; change that first": "er wird unter {number} gesagt; ändern Sie das zuerst",
  "the room {room}, which is being created": "der Raum {room}, der gerade entsteht",
  "the room {title} ({room})": "der Raum {title}",
  "the room is at version {found} and not at {version}; read it again":
    "der Raum wurde inzwischen geändert; bitte noch einmal ansehen",
  "the change could not be stored, and nothing was changed; the server's log says why":
    "die Änderung konnte nicht gespeichert werden, und nichts wurde geändert; warum, steht im Protokoll des Servers",
  "too many changes wait for the store; try again in a moment":
    "zu viele Änderungen auf einmal; bitte gleich noch einmal",
  "a name that no preset has": "ein Name, den kein mitgeliefertes Menü hat",
  "a name that no other menu has": "ein Name, den kein anderes Menü hat",
  "1 to 64 small letters, digits and any of . _ + -": "1 bis 64 Kleinbuchstaben, Ziffern und . _ + -",
  "1 to 20 digits, with + in front of a whole number": "1 bis 20 Ziffern, vor einer ganzen Nummer ein +",
  "12 to 128 letters, digits and signs of ASCII, without spaces":
    "12 bis 128 Buchstaben ohne Umlaute, Ziffern und Zeichen, ohne Leerzeichen",
  "a user that no other phone has": "ein Benutzer, den noch kein Telefon hat",
  "there is a phone {user} already": "ein Telefon {user} gibt es schon",
  "there are {n} phones already, which is the most": "es gibt schon {n} Telefone, mehr gehen nicht",
  "the phone {user} was changed meanwhile; it is at version {n}":
    "das Telefon {user} wurde inzwischen geändert; es hat jetzt Version {n}",
  "there is no phone {user}": "ein Telefon {user} gibt es nicht",
  "there is a menu {name} already": "ein Menü {name} gibt es schon",
  "one of the menus {names}": "eines der Menüs {names}",
  "1 to 40 lower-case letters, digits, - and _": "1 bis 40 Kleinbuchstaben, Ziffern, - und _",
  "the name of a sound file such as song.mp3": "der Name einer Tondatei wie lied.mp3",
  "the name of a sound file such as song.mp3, at most 120 bytes":
    "der Name einer Tondatei wie lied.mp3, höchstens 120 Bytes",
  "a list of names of tracks, each once": "jeder Titel einmal",
  "this field": "dieses Feld",
  "the file did not come in time": "die Datei kam nicht rechtzeitig an",
  "somebody else changed this user's role just now; look again":
    "jemand anders hat die Rolle gerade geändert; bitte noch einmal ansehen",
  "there is a playlist of this name already": "eine Liste dieses Namens gibt es schon",
  "there is a sound of this name already": "einen Klang dieses Namens gibt es schon",
  "the playlist has a track of this name; remove it first":
    "die Liste hat schon einen Titel dieses Namens; entfernen Sie ihn zuerst",
  "the playlist has no such track": "diesen Titel hat die Liste nicht mehr",
  "the built-in playlist cannot be changed": "die mitgelieferte Liste bleibt, wie sie ist",
  "the file cannot be played: {why}": "die Datei lässt sich nicht abspielen: {why}",
  "the file is empty": "die Datei ist leer",
  "the file was cut off on its way": "die Datei kam nicht ganz an",
  "the body is larger than {n} bytes, or was cut off": "sie ist größer als {n} Bytes oder kam nicht ganz an",
  "other files are being uploaded; try again when they are done":
    "es werden schon andere Dateien hochgeladen; bitte danach noch einmal",
  "the file cannot be restored: {why}; nothing was changed":
    "die Datei lässt sich nicht wiederherstellen: {why}; es wurde nichts geändert",
  "it ends without a manifest: it was cut off, or it is no backup of Conclave":
    "sie ist abgeschnitten oder keine Sicherung von Conclave",
  "it was made by a newer version (its format is {n}); use that version":
    "eine neuere Version hat sie erstellt (Format {n}); nehmen Sie diese",
  "the database in it was written by a newer version (its schema is {found}, this program knows up to {known}); use that version":
    "ihre Datenbank hat eine neuere Version geschrieben (Schema {found}, dieses Programm kennt {known}); nehmen Sie diese",
  "the database in it is damaged ({why})": "ihre Datenbank ist beschädigt ({why})",
  "{file} is not as it was written: the file is damaged": "{file} ist nicht, wie es geschrieben wurde: sie ist beschädigt",
  "{file} does not belong into a backup": "{file} gehört nicht in eine Sicherung",
  "it is no backup of Conclave, or it was cut off or damaged":
    "sie ist keine Sicherung von Conclave, oder abgeschnitten oder beschädigt",
  "the disk has room for {free} bytes, and {needed} are needed":
    "auf der Platte ist Platz für {free} Bytes, und {needed} werden gebraucht",
  "there is no database in it": "es ist keine Datenbank darin",
  "it holds more files than a backup may": "sie enthält mehr Dateien, als eine Sicherung darf",
  "its list of versions is not ours": "die Liste ihrer Versionen ist nicht von Conclave",
  "its {kind} {name} is not ours": "etwas darin ist nicht von Conclave: {kind} {name}",
  "it is no database of Conclave": "sie ist keine Datenbank von Conclave",
  "a row refers to one that is not there": "ein Eintrag verweist auf einen, den es nicht gibt",
  "a value in {table} is too large": "ein Wert in {table} ist zu groß",
  "it has {n} {table}, and {most} is the most": "sie hat {n} Einträge in {table}, höchstens {most} gehen",
  "calls are up, and restoring would end them; wait until they have ended, or say force=true":
    "es laufen Gespräche, die das Wiederherstellen beenden würde; warten Sie, bis sie zu Ende sind, oder wählen Sie die Datei noch einmal",
  "restoring replaces every user, so only an owner may do it, and no token of a program":
    "das Wiederherstellen ersetzt alle Benutzer; das darf nur ein Inhaber",
  "{what} is on another disk than the rest of the data directory; put it back by hand":
    "{what} liegt auf einer anderen Platte als das Datenverzeichnis; legen Sie es von Hand zurück",
  "as it was at {moment}": "wie es am {moment} war",
  "with recordings": "mit Aufnahmen",
  "without recordings": "ohne Aufnahmen",
  "with recordings, {n} files, {bytes} bytes": "mit Aufnahmen, {n} Dateien, {bytes} Bytes",
  "without recordings, {n} files, {bytes} bytes": "ohne Aufnahmen, {n} Dateien, {bytes} Bytes",
  "another backup is being made or restored; try again when it is done":
    "es wird schon eine Sicherung erstellt oder wiederhergestellt; bitte danach noch einmal",
  "the server's disk is full": "die Platte des Servers ist voll",
  "there is no room with the id, extension or title {room}": "einen Raum {room} gibt es nicht",
  "there is no such playlist": "diese Liste gibt es nicht",
  "there is no such token": "dieses Token gibt es nicht mehr",
  "there is no such user": "diesen Benutzer gibt es nicht mehr",
  "there is no such webhook": "diesen Webhook gibt es nicht mehr",
  "there is no such delivery": "diese Zustellung gibt es nicht mehr",
  "there are {n} webhooks already": "es gibt schon {n} Webhooks",
  "https://HOST/PATH or http://HOST:PORT/PATH, without user and fragment":
    "https://RECHNER/PFAD oder http://RECHNER:PORT/PFAD, ohne Benutzer und Sprungmarke",
  "https://HOST/PATH or http://HOST:PORT/PATH": "https://RECHNER/PFAD oder http://RECHNER:PORT/PFAD",
  "a list of types of event, such as session.started": "mindestens ein Ereignis",
  "a line of up to 120 characters": "eine Zeile bis 120 Zeichen",
  "the receiver answered {status}; redirects are not followed":
    "der Empfänger antwortete {status}; Umleitungen wird nicht gefolgt",
  "the receiver answered {status}": "der Empfänger antwortete {status}",
  "the receiver says that it is gone (410)": "der Empfänger sagt, dass es ihn nicht mehr gibt (410)",
  "the receiver took nothing for five days": "der Empfänger nahm fünf Tage lang nichts an",
  "the name {host} cannot be resolved": "der Name {host} lässt sich nicht auflösen",
  "the address of {host} may not be asked; see `webhook_networks` in conclave.toml":
    "die Adresse von {host} darf nicht gefragt werden; siehe `webhook_networks` in conclave.toml",
  "no connection within {n} s": "keine Verbindung innerhalb von {n} s",
  "no connection: {why}": "keine Verbindung: {why}",
  "no answer within {n} s": "keine Antwort innerhalb von {n} s",
  "the certificate of {host} is not believed: {why}; see `ca_file` in conclave.toml":
    "dem Zertifikat von {host} wird nicht geglaubt: {why}; siehe `ca_file` in conclave.toml",
  "no https with {host}: {why}": "kein https mit {host}: {why}",
  "the connection broke: {why}": "die Verbindung brach ab: {why}",
  "nobody is in the room {room}": "im Raum {room} ist niemand",
  "there is no participant with the id, number or name {who} in this room": "{who} ist nicht mehr in diesem Raum",
  "{field}: {value} is not accepted; expected {accepted}": "{value} geht hier nicht; erlaubt: {accepted}",
  "{field}: expected {accepted}": "erlaubt: {accepted}",
  "{n} values are not accepted; nothing was changed": "{n} Angaben gehen so nicht; es wurde nichts geändert",
  "with a password": "mit Passwort",
  "with a one-time code": "mit Einmalcode",
  "the first owner": "der erste Inhaber",
  "its PIN in an invitation ({form})": "ihre PIN in einer Einladung ({form})",
  "the command line": "die Kommandozeile",
  "one-time code": "Einmalcode",
  "somebody": "jemand",
  "The server answered {status}.": "Der Server hat mit {status} geantwortet.",
};

const PATTERNS = Object.entries(GERMAN).map(([english, german]) => ({
  fits: new RegExp(`^${english.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>.+?)")}$`, "s"),
  german,
}));

/** What stands in these gaps is the server's too. */
const WORDS: ReadonlySet<string> = new Set(["accepted", "why", "new", "old", "whose"]);

/** In German where it is known, else as it came. */
export function inGerman(english: string): string {
  for (const { fits, german } of PATTERNS) {
    const found = fits.exec(english);
    if (found === null) continue;
    return german.replace(/\{(\w+)\}/g, (_, name: string) => {
      const said = found.groups?.[name] ?? "";
      return WORDS.has(name) ? inGerman(said) : said;
    });
  }
  return english;
}
