/** Sends a file with its progress, which the typed client cannot tell; knows no page. */
import { csrfHeaders } from "../../api/client";
import { Refused } from "../../api/problem";

export const UPLOAD_MIB = 256;

export interface Sending {
  /** The answer, as JSON. */
  readonly done: Promise<unknown>;
  readonly cancel: () => void;
}

/** `tell` hears the share that was sent, 0 to 1; at 1 the server looks at it. */
export function send(
  method: "POST" | "PUT",
  path: string,
  file: Blob,
  tell: (share: number) => void,
): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<unknown>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) tell(event.total > 0 ? event.loaded / event.total : 1);
    };
    request.onload = () => {
      if (request.status < 300) resolve(parsed(request.responseText));
      else reject(Refused.of(request.status, parsed(request.responseText)));
    };
    request.onerror = () => reject(new Refused(0, "", ""));
    request.onabort = () => reject(new Cancelled());
  });
  request.open(method, path);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  for (const [name, value] of Object.entries(csrfHeaders())) request.setRequestHeader(name, value);
  request.send(file);
  return { done, cancel: () => request.abort() };
}

/** It was taken back; nothing is wrong. */
export class Cancelled extends Error {}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
