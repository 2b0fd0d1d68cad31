import { state } from '@aws-sdk/core/client'

/**
 * Keeps the SDK from telling every user of Node 20, on stderr, that its releases of 2027 will want a newer Node: the
 * release that we ship with works, and nobody who runs a command can act on it.
 */
export function quietSdk(): void {
  state.warningEmitted = true
}
