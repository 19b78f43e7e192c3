/** Starts the reference of the API; what is tried in it is done as whoever is signed in. */
import drawing from "@scalar/api-reference/browser/standalone.js?url";
import { proving } from "./state/proving";

interface Scalar {
  createApiReference(target: string, configuration: Record<string, unknown>): void;
}

const csrf = await signedIn();
globalThis.fetch = proving(globalThis.fetch.bind(globalThis), location.origin, csrf);

const script = document.createElement("script");
script.src = drawing;
script.onload = () => {
  const { Scalar } = globalThis as unknown as { Scalar: Scalar };
  Scalar.createApiReference("#reference", {
    url: "/api/v1/openapi.json",
    // Whoever reads this may have no way into the Internet, and nobody there is to hear of it.
    withDefaultFonts: false,
    telemetry: false,
    proxyUrl: "",
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    authentication: { preferredSecurityScheme: csrf === undefined ? "token" : "session" },
  });
};
document.head.append(script);

/** What proves that a page of ours asks; nothing when nobody is signed in in this browser. */
async function signedIn(): Promise<string | undefined> {
  const answer = await fetch("/api/v1/session").catch(() => undefined);
  if (!answer?.ok) return undefined;
  const view = (await answer.json()) as { csrf: string };
  return view.csrf;
}
