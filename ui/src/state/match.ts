/** Compares an address with the shape of a page; knows no page. */

export type Params = Readonly<Record<string, string>>;

/** The parameters of `path` if it has the shape of `pattern`, such as `/rooms/:room`. */
export function match(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split("/");
  const given = path.replace(/\/+$/, "").split("/");
  if (path !== "/" && wanted.length !== given.length) return undefined;
  if (path === "/") return pattern === "/" ? {} : undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) {
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return undefined;
      }
    } else if (part !== value) return undefined;
  }
  return params;
}
