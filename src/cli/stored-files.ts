import { findRepository } from '../git/repository.ts'
import { StoredForms } from '../git/stored-forms.ts'
import type { FindStored } from '../project/secret-file.ts'
import type { CommandContext } from './context.ts'

/** What git has of files that lie in clear on purpose. Outside of a work tree of git that is nothing. */
export function findStored(context: CommandContext): FindStored {
  return async (target) => {
    const forms = await context.keyContext.once('cli: stored forms', () => openForms(context))
    return forms === undefined ? { bytes: undefined, isFiltered: false } : forms.find(target)
  }
}

async function openForms(context: CommandContext): Promise<StoredForms | undefined> {
  const cwd = (await context.projectIfAny())?.root ?? context.cwd
  const top = (await findRepository({ cwd, env: context.env }))?.top
  if (top === undefined) return undefined
  const forms = new StoredForms({ cwd: top, env: context.env })
  context.onExit(() => forms.close())
  return forms
}
