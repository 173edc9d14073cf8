/**
 * Ask the server for the current view. A newer question makes older ones void; a failed one is tried again,
 * and until an answer comes the page keeps what it has.
 */

const RETRY_DELAYS_MS = [800, 3000];

export class ViewRequest {
  constructor() {
    /** @type {AbortController | null} */
    this.running = null;
  }

  /** Whether an answer is still to come that somebody waits for. */
  get isWaiting() {
    return this.running !== null && !this.running.signal.aborted;
  }

  /** Nobody waits for an answer any more. */
  cancel() {
    this.running?.abort();
  }

  /**
   * @template Answer
   * @param {(signal: AbortSignal) => Promise<Answer>} ask
   * @returns {Promise<Answer | null>} null where a newer question has taken over
   */
  async latest(ask) {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    try {
      const answer = await withRetries(ask, controller.signal);
      return controller.signal.aborted ? null : answer;
    } catch (error) {
      if (controller.signal.aborted) return null;
      throw error;
    } finally {
      if (this.running === controller) this.running = null;
    }
  }
}

/**
 * @template Answer
 * @param {(signal: AbortSignal) => Promise<Answer>} ask
 * @param {AbortSignal} signal
 * @returns {Promise<Answer>}
 */
async function withRetries(ask, signal) {
  for (const delay_ms of RETRY_DELAYS_MS) {
    try {
      return await ask(signal);
    } catch (error) {
      if (signal.aborted || (error instanceof RequestError && !error.temporary)) throw error;
      await new Promise((resolve) => window.setTimeout(resolve, delay_ms));
    }
  }
  return ask(signal);
}

export class RequestError extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`The server answered ${status}`);
    this.status = status;
    this.temporary = status >= 500 || status === 429;
  }
}

/**
 * Somebody who has just saved wants to see that: what the browser has kept is shown only where it is still true.
 * @param {string | URL} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function fetchJson(url, signal) {
  const response = await fetch(url, {
    signal,
    cache: "no-cache",
    headers: { Accept: "application/geo+json, application/json" },
  });
  if (!response.ok) throw new RequestError(response.status);
  return response.json();
}
