import { exposures } from '../../project/access/exposure.ts'
import { namedReferences } from '../../project/access/named-references.ts'
import { canonicalNames } from '../../project/differences.ts'
import { EXCEPT } from '../access/except-option.ts'
import { exposureJson, exposureLines, isOpen } from '../access/exposure-report.ts'
import { pastVersions } from '../access/past-versions.ts'
import { presentFiles } from '../access/present-files.ts'
import { type Command, defineCommand } from '../command.ts'

/** Status when a value that a former recipient knows is still in use. */
const EXPOSED = 1

/** `secrets exposure` */
export const command: Command = defineCommand({
  name: 'exposure',
  group: 'access',
  summary: 'list what former recipients could read and must be changed',
  description: [
    'Looks through the history of the repository, all branches and tags, for recipients that could once decrypt a file and cannot now, ' +
      'and lists every value that they could read. A value is ticked off once it is another one; run this again after each change. A value ' +
      'that moved to another path or file is found there.',
    'Encrypting anew keeps nobody from what they have already read: change these values where they come from. Without names all ' +
      'former recipients are listed. Values that no key here opens are marked with ?.',
    'The exit status is 0 when all have been changed, and 1 when not.',
  ],
  examples: [
    { line: 'secrets exposure', description: 'all former recipients' },
    { line: 'secrets exposure bob', description: 'one of them, by name or by key' },
    { line: 'secrets exposure --except old-laptop', description: 'a key that its owner replaced, and lost to nobody' },
    { line: 'secrets exposure --json', description: 'for a program' },
  ],
  positionals: {
    names: { arity: 'many', description: 'recipients, by name or by key', complete: 'recipient' },
  },
  options: { except: EXCEPT },
  json: true,
  async run({ names, except }, context) {
    const { terminal } = context
    const project = await context.project()
    const keyring = await context.keyring()
    const named = await canonicalNames(project, keyring)
    const references = names.length === 0 ? undefined : await namedReferences(names, named, keyring)
    const allowed = await namedReferences(except, named, keyring)
    const versions = await pastVersions(project.environments, context)
    const present = await presentFiles(versions, context)
    const found = await exposures({ versions, present, keyring, known: [...named.keys()], references, except: allowed })
    const nameOf = (reference: string): string => named.get(reference) ?? reference
    const shown = found.filter(({ values }) => values.length > 0)
    if (context.json) await terminal.json(exposureJson(found, nameOf))
    else if (shown.length === 0) terminal.note('nobody lost access to anything in the history of this repository')
    else
      await terminal.line(
        exposureLines(shown, nameOf, (style, text) => terminal.paint(style, text, 'stdout')).join('\n'),
      )
    return found.some(({ values }) => values.some(isOpen)) ? EXPOSED : 0
  },
})
