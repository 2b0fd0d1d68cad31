import { actSystem } from '../act-commands.ts'
import type { CiSystem } from '../ci-system.ts'

/** Gitea Actions; variables: docs.gitea.com, "Gitea Actions variables". Its runner is made of `act` and also says that it is GitHub's. */
export const system: CiSystem = {
  id: 'gitea',
  name: 'Gitea Actions',
  knownBy: ['GITEA_ACTIONS'],
  rank: 20,
  ...actSystem,
}
