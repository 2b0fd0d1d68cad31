// Loaded before the command line: kills the process once as many files as KILL_AFTER says have been put into their places.

import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const { rename } = promises
let done = 0

promises.rename = async (from, to) => {
  await rename(from, to)
  if (!/[\\/]secretsrc-changes[\\/]|[\\/]secretsrc[\\/]changes[\\/]|\.secrets-lock/.test(String(to))) done += 1
  if (done === Number(process.env.KILL_AFTER)) process.kill(process.pid, 'SIGKILL')
}
syncBuiltinESMExports()
