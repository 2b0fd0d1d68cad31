import type { FilterChannel } from '../git/filter-protocol.ts'
import { PacketReader } from '../git/packets.ts'
import type { Environment } from './environment.ts'
import type { Terminal } from './terminal.ts'

/** What the git filter talks to git through: the pipes themselves where they can be waited for, else streams. */
export function filterChannel(environment: Environment, { result }: Pick<Terminal, 'result'>): FilterChannel {
  const { pipes } = environment
  let streaming = pipes === undefined
  return {
    packets: new PacketReader(() => environment.stdin, pipes?.read),
    write: async (bytes) => {
      let rest = bytes
      while (!streaming && rest.length > 0) {
        const count = pipes?.write(rest)
        // Whatever a stream still holds must go before what comes later.
        if (count === undefined) streaming = true
        else rest = rest.subarray(count)
      }
      if (rest.length > 0) await result(rest)
    },
  }
}
