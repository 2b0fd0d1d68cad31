/**
 * How many forms of a secret `secrets` and two other programs that mask let through: the suite that runs them all over one corpus,
 * where they are installed.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { peersEnvironment } from '../peers/peer-cache.js'

/** As `--only` names it. */
export const MASKING = 'leaks that are masked'

const SUITE = 'test/peers/masking/masking.test.ts'

/** The lines to print. */
export function maskingLines() {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', SUITE], {
    cwd: root,
    env: peersEnvironment(),
    encoding: 'utf8',
  })
  const rows = stdout.split('\n').filter((line) => line.startsWith('| '))
  if (rows.length === 0) return [`${MASKING}: install dotenvx and varlock with "npm run peers -- --install masking"`]
  return [MASKING, '| | masked | let through | bytes damaged |', ...rows]
}
