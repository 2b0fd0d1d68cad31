import { SecretsError } from '../core/errors.ts'
import type { EndingSignal, SignalSource } from './environment.ts'
import { SIGNAL_STATUS } from './exit-status.ts'

/** What `process` offers for signals. */
export interface SignalEmitter {
  on(signal: EndingSignal, listener: (signal: EndingSignal) => void): unknown
}

const SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * The first signal aborts; the command then cleans up and ends. A second one of whatever kind calls `exit`
 * with its status at once: whoever presses Ctrl-C twice does not want to wait.
 */
export function watchSignals(emitter: SignalEmitter, exit: (status: number) => void): SignalSource {
  const controller = new AbortController()
  const handlers: ((signal: EndingSignal) => void)[] = []
  let caught: EndingSignal | undefined
  const receive = (signal: EndingSignal): void => {
    const handler = handlers.at(-1)
    if (handler !== undefined) handler(signal)
    else if (caught !== undefined) exit(SIGNAL_STATUS[signal])
    else {
      caught = signal
      controller.abort(new SecretsError('INTERRUPTED', 'interrupted'))
    }
  }
  for (const signal of SIGNALS) emitter.on(signal, receive)
  return {
    signal: controller.signal,
    caught: () => caught,
    takeOver: (handler) => {
      handlers.push(handler)
      return () => {
        const index = handlers.indexOf(handler)
        if (index !== -1) handlers.splice(index, 1)
      }
    },
  }
}
