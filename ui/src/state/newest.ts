/** Lets the answer to the newest question count, however late older ones come; knows no question. */
export class Newest {
  #turn = 0;

  /** Asks anew; the function that comes back says whether nobody has asked since. */
  ask(): () => boolean {
    const mine = (this.#turn += 1);
    return () => mine === this.#turn;
  }
}
