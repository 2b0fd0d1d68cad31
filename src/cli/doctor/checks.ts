import { changes } from './check-changes.ts'
import { configuration } from './check-configuration.ts'
import { environments } from './check-environments.ts'
import { git } from './check-git.ts'
import { keys } from './check-keys.ts'
import { programs } from './check-programs.ts'
import { repository } from './check-repository.ts'
import type { Check } from './finding.ts'

/** Everything that `secrets doctor` looks at, in the order of its report. */
export const checks: readonly Check[] = [programs, configuration, keys, environments, repository, git, changes]
