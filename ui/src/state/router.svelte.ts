/** Which page the address names; knows no page itself. */

class Router {
  path = $state(location.pathname);
  query = $state(new URLSearchParams(location.search));

  constructor() {
    addEventListener("popstate", () => this.#read());
    addEventListener("click", (click) => this.#follow(click));
  }

  /** Goes to a page of ours; `replace` leaves no step for the back button. */
  go(href: string, replace = false): void {
    if (replace) history.replaceState(null, "", href);
    else history.pushState(null, "", href);
    this.#read();
    if (!replace) scrollTo(0, 0);
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }

  /** Plain clicks on our own links change the page without loading it anew. */
  #follow(click: MouseEvent): void {
    if (click.defaultPrevented || click.button !== 0) return;
    if (click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    const link = (click.target as Element | null)?.closest?.("a");
    if (!link || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || !isOurs(url.pathname)) return;
    click.preventDefault();
    this.go(url.pathname + url.search);
  }
}

/** Paths the server answers itself. */
function isOurs(path: string): boolean {
  return !/^\/(api|docs|metrics|healthz|readyz)(\/|$)/.test(path);
}

export const router = new Router();
