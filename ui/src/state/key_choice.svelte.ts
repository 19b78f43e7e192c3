/** Whether single keys act, as the reader chose it: some are pressed by speech or by mistake. */

const KEPT = "conclave.keys";

class KeyChoice {
  on = $state(localStorage.getItem(KEPT) !== "off");

  choose(on: boolean): void {
    this.on = on;
    localStorage.setItem(KEPT, on ? "on" : "off");
  }
}

export const keyChoice = new KeyChoice();

/** Whether keys pressed there belong to what is typed or chosen there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, dialog") !== null;
}
