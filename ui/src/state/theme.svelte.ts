/** Dark, light, or as the system has it. */

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "conclave.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

class ThemeChoice {
  chosen = $state<Theme>(read());

  constructor() {
    system.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    localStorage.setItem(KEY, theme);
    this.#apply();
  }

  #apply(): void {
    const dark = this.chosen === "dark" || (this.chosen === "system" && system.matches);
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
  }
}

function read(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? "system";
}

export const theme = new ThemeChoice();
