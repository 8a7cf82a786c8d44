// Where log lines go. Texts are already redacted by whoever builds the log.

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {} };

/** The same log behind `clean`, which takes secrets out of every line. */
export function cleanLog(log: Log, clean: (message: string) => string): Log {
  return {
    debug: (message) => log.debug(clean(message)),
    info: (message) => log.info(clean(message)),
    warn: (message) => log.warn(clean(message)),
  };
}
