import { serveFilters } from '../git/filter-protocol.ts'
import { AheadFilter } from './ahead-filter.ts'
import { createContext } from './create-context.ts'
import type { Environment } from './environment.ts'
import { EXIT_STATUS } from './exit-status.ts'
import { filterChannel } from './filter-channel.ts'
import { GitFilter } from './git-filter.ts'
import { createTerminal } from './terminal.ts'

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
  const { program } = environment
  const ahead = program === undefined ? undefined : new AheadFilter(filter, environment, program, open.openings.absorb)
  try {
    const [command, path] = words
    if ((command === 'clean' || command === 'smudge') && path !== undefined) {
      const content = await open.context.readInput()
      await terminal.result(await filter[command]({ path, content, treeish: undefined }))
      return 0
    }
    const served = await serveFilters(filterChannel(environment, terminal), ahead ?? filter)
    if (!served) terminal.say('secrets: error: git starts this command by itself: there is nobody to talk to here')
    return served ? 0 : EXIT_STATUS.USAGE
  } catch {
    // What went wrong with a file is reported already; and when git itself has gone, it knows.
    return EXIT_STATUS.GIT_FAILED
  } finally {
    await Promise.all([filter.finish(), ahead?.close()])
    await open.close()
    await terminal.drained()
  }
}
