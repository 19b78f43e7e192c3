/** The name that a sound of this file is offered: as the server takes it, or empty. */
export function soundName(file: string): string {
  const stem = file.replace(/\.[^.]*$/, "");
  const plain = stem.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9_-]+/g, "-").slice(0, NAME_CHARS).replace(/^-+|-+$/g, "");
}

const NAME_CHARS = 40;
