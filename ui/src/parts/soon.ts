/** Asks what becomes of a text a moment after it was typed last. */
import { Refused } from "../api/problem";

const AFTER_MS = 300;

/** For an effect: the function that comes back stops it. */
export function soon<T>(asked: () => Promise<T>, took: (answer: T) => void): () => void {
  let stale = false;
  const timer = setTimeout(() => {
    asked().then(
      (answer) => {
        if (!stale) took(answer);
      },
      (error: unknown) => {
        // What cannot be tried out is told when it is saved.
        if (!(error instanceof Refused)) throw error;
      },
    );
  }, AFTER_MS);
  return () => {
    stale = true;
    clearTimeout(timer);
  };
}
