/** What `process` offers for signals that do not end us. */
export interface FurtherSignalEmitter {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
}

/** Signals that servers act upon beside those that every command handles: nginx ends on QUIT, httpd on WINCH, many reload on USR1 and USR2. */
const FURTHER: readonly NodeJS.Signals[] = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']

/** Gives these signals to `handler` until the returned function is called. Windows has none of them. */
export function takeFurtherSignals(
  emitter: FurtherSignalEmitter,
  platform: NodeJS.Platform,
  handler: (signal: NodeJS.Signals) => void,
): () => void {
  const signals = platform === 'win32' ? [] : FURTHER
  for (const signal of signals) emitter.on(signal, handler)
  return () => {
    for (const signal of signals) emitter.off(signal, handler)
  }
}

/** Signals that a terminal sends to all programs in the foreground, the child among them. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH']

/**
 * Whether a child process needs a signal from us. At a terminal it has those of the keyboard already, and many programs
 * take a second Ctrl-C for impatience and drop what they were about to finish.
 */
export function mustForward(signal: NodeJS.Signals, atTerminal: boolean): boolean {
  return !(atTerminal && FROM_TERMINAL.includes(signal))
}
