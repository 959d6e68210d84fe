import type { Reporter } from "./reporter.ts";

/** Has one piece of work done at a time. */
type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * A reporter for one of several pieces of work: what it says of it begins with its name.
 *
 * @param inTurn Has people be asked one question at a time.
 */
export function prefixed(reporter: Reporter, name: string, inTurn: InTurn): Reporter {
  const own = (text: string) => `${name}: ${text}`;
  return {
    get warnings() {
      return reporter.warnings;
    },
    get phases() {
      return reporter.phases;
    },
    phase: (title, work) => reporter.phase(own(title), work),
    warn: (message) => reporter.warn(own(message)),
    tell: (message) => reporter.tell(own(message)),
    detail: (message) => reporter.detail(own(message)),
    print: (text) => reporter.print(text),
    printJson: (value) => reporter.printJson(value),
    printDocument: (text) => reporter.printDocument(text),
    confirm: (question) => inTurn(() => reporter.confirm(own(question))),
    aside: (work) => reporter.aside(work),
    finish: (summary) => reporter.finish(summary),
    finishFleet: (summary) => reporter.finishFleet(summary),
    fail: (error) => reporter.fail(error),
    [Symbol.dispose]: () => reporter[Symbol.dispose](),
  };
}
