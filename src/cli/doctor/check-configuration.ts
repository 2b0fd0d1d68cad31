import { shownPath } from '../../project/paths.ts'
import { type Check, type Finding, problemOf } from './finding.ts'

/** Whether there is a configuration, and whether it can be used. */
export const configuration: Check = {
  topic: 'configuration',
  find: async ({ context, project }) => {
    if (project === undefined) {
      // Asked for again for its error.
      return context.project().then(
        () => [],
        (error: unknown) => [problemOf(error)],
      )
    }
    const { environments, recipients, file, warnings } = project
    const names = environments.map(({ name }) => name).join(', ')
    const shown = shownPath(context.cwd, file)
    return [
      {
        state: 'ok',
        message: `${shown}: ${recipients.size} ${recipients.size === 1 ? 'recipient' : 'recipients'}; environments ${names === '' ? '(none)' : names}`,
      },
      ...warnings.map((message): Finding => ({ state: 'note', message })),
    ]
  },
}
