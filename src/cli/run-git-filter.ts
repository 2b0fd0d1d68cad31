import { serveFilters } from '../git/filter-protocol.ts'
import { createContext, type OpenContext } from './create-context.ts'
import type { Environment } from './environment.ts'
import { EXIT_STATUS } from './exit-status.ts'
import { filterChannel } from './filter-channel.ts'
import { GitFilter } from './git-filter.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/**
 * `secrets filter-process`: git's long-running filter; `secrets filter-process clean|smudge PATH`: one file from standard
 * input to standard output, for programs that know no other filters. Git starts this for nearly everything it does, so
 * that the frame of the other commands stays away. Gives the exit status; reports errors; never rejects.
 */
export async function runGitFilter(words: readonly string[], environment: Environment): Promise<number> {
  const terminal = createTerminal(environment, { quiet: false, json: false, color: true })
  const common = { json: false, quiet: false, config: undefined }
  const open = createContext(environment, terminal, common, { command: 'filter-process', unit: 'process' })
  const filter = new GitFilter(open.context)
  try {
    const [command, path] = words
    if ((command === 'clean' || command === 'smudge') && path !== undefined) {
      const content = await open.context.readInput()
      await terminal.result(await filter[command]({ path, content, treeish: undefined }))
      return 0
    }
    const served = await serve(filter, { environment, terminal, onOpened: open.openings.absorb })
    if (!served) terminal.say('secrets: error: git starts this command by itself: there is nobody to talk to here')
    return served ? 0 : EXIT_STATUS.USAGE
  } catch {
    // What went wrong with a file is reported already; and when git itself has gone, it knows.
    return EXIT_STATUS.GIT_FAILED
  } finally {
    await filter.finish()
    await open.close()
    await terminal.drained()
  }
}

interface Serving {
  readonly environment: Environment
  readonly terminal: Terminal
  /** Told what other threads opened. */
  readonly onOpened: OpenContext['openings']['absorb']
}

async function serve(filter: GitFilter, { environment, terminal, onOpened }: Serving): Promise<boolean> {
  const channel = filterChannel(environment, terminal)
  const { program } = environment
  if (program === undefined) return serveFilters(channel, filter)
  const { AheadFilter } = await import('./ahead-filter.ts')
  const ahead = new AheadFilter(filter, environment, {
    program,
    top: environment.cwd,
    command: 'filter-process',
    onOpened,
  })
  try {
    return await serveFilters(channel, ahead)
  } finally {
    await ahead.close()
  }
}
