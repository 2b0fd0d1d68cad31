import type { OpenedElsewhere } from '../git/ahead/shared-work.ts'
import { AheadFilter } from './ahead-filter.ts'
import type { CommandContext, OpenGitFilter } from './context.ts'
import type { Environment } from './environment.ts'
import type { FilterPurpose } from './filter-workers.ts'
import { GitFilter } from './git-filter.ts'

/** What the filter works with. */
export interface GitFilterParts extends FilterPurpose {
  readonly environment: Environment
  readonly context: CommandContext
  readonly onOpened: (opening: OpenedElsewhere) => void
}

/** Opens it for a command that does many files at once. */
export function openGitFilter({ environment, context, ...options }: GitFilterParts): OpenGitFilter {
  const filter = new GitFilter({ ...context, cwd: options.top })
  const { program } = environment
  if (program === undefined) return { filters: filter, close: () => filter.finish() }
  const ahead = new AheadFilter(filter, environment, { program, ...options })
  return {
    filters: ahead,
    close: async () => {
      await ahead.close()
      await filter.finish()
    },
  }
}
