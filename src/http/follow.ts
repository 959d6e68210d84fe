import { ask, type AskOptions } from "./ask.ts";
import { HttpError } from "./http_error.ts";
import { discardBody, type HttpRequest, type HttpResponse } from "./message.ts";
import { redirectOf } from "./redirect.ts";

/** Options of {@linkcode follow}. */
export interface FollowOptions extends AskOptions {
  /** Whether plain HTTP is allowed to a host. */
  readonly allowsPlain: (url: URL) => boolean;
}

const MOST_REDIRECTS = 10;

/** One try: the request, and where it is redirected to. */
export async function follow(
  start: URL,
  request: HttpRequest,
  options: FollowOptions,
): Promise<Omit<HttpResponse, "tries">> {
  const { method = "GET", isSecret, namedBy = start } = request;
  const { allowsPlain } = options;
  let url = start;
  let headers = request.headers ?? {};
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const answer = { ...await ask(url, { ...request, headers, namedBy }, options), url };
    try {
      const next = redirectOf(answer, { url, method, headers, isSecret, allowsPlain });
      if (next === undefined) return answer;
      ({ url, headers } = next);
    } catch (error) {
      await answer.body.cancel();
      throw error;
    }
    await discardBody(answer);
  }
  throw new HttpError(
    "redirect",
    `${start.host} redirected more than ${MOST_REDIRECTS} times, check the registry's address`,
  );
}
