import { actSystem } from '../act-commands.ts'
import type { CiSystem } from '../ci-system.ts'

/** Forgejo Actions; variables: forgejo.org/docs, "Actions reference". Its runner also says that it is Gitea's and GitHub's. */
export const system: CiSystem = {
  id: 'forgejo',
  name: 'Forgejo Actions',
  knownBy: ['FORGEJO_ACTIONS'],
  rank: 10,
  ...actSystem,
}
