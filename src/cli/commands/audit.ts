import { parseHead } from '../../audit/chain/chain-line.ts'
import { SecretsError } from '../../core/errors.ts'
import { readLog } from '../audit/read-log.ts'
import { showChanges } from '../audit/show-changes.ts'
import { givenFilter, showOpenings } from '../audit/show-openings.ts'
import { showVerification } from '../audit/show-verification.ts'
import { type Command, defineCommand } from '../command.ts'

/** `secrets audit` */
export const command: Command = defineCommand({
  name: 'audit',
  group: 'access',
  summary: 'show who opened what, and verify the log of it',
  description: [
    'Shows the log that your own configuration or that of the machine keeps (docs/audit.md): who opened which files of which environment, ' +
      'with which key, when and for which command. Values are never in it.',
    'With --verify each record is held against the one before it, and against a head that you kept elsewhere. The exit status is 1 at the ' +
      'first record that was changed, removed, moved, or cut off.',
    'With --changes it asks git in its place: who gave each value of these files its content, in which commit.',
  ],
  examples: [
    { line: 'secrets audit --since 7d --environment production', description: 'who opened production this week' },
    { line: 'secrets audit --who alice --format csv', description: 'for a spreadsheet' },
    { line: 'secrets audit --verify', description: 'whether anybody changed the log; prints its head' },
    { line: 'secrets audit --changes production', description: 'who changed each value last' },
  ],
  options: {
    verify: { type: 'boolean', description: 'hold each record against the one before', conflicts: ['changes'] },
    head: {
      type: 'string',
      value: 'HEAD',
      description: 'what --verify printed before (implies it)',
      conflicts: ['changes'],
    },
    since: { type: 'string', value: 'TIME', description: 'not before: 2024-05-06, with a time, or 12h, 7d, 4w ago' },
    until: { type: 'string', value: 'TIME', description: 'not after' },
    environment: { type: 'string', description: 'of this environment', complete: 'environment' },
    who: { type: 'string', value: 'NAME', description: 'by this user, key, host, repository, or starter of a job' },
    changes: {
      type: 'strings',
      value: 'TARGET',
      description: 'who changed the values of these files',
      complete: 'target',
      conflicts: ['environment'],
    },
    log: { type: 'string', value: 'FILE', description: 'this log', complete: 'file', conflicts: ['changes'] },
    format: { type: 'string', choices: ['table', 'json', 'csv'], description: 'form of the output (default: table)' },
  },
  json: true,
  async run({ verify, head, changes, format, log, ...wanted }, context) {
    const form = format ?? (context.json ? 'json' : 'table')
    const filter = givenFilter(wanted, context.now())
    if (changes.length > 0) return showChanges(changes, { form, filter }, context)
    const kept = head === undefined ? undefined : givenHead(head)
    const lines = await readLog(log, context)
    if (verify || kept !== undefined) return showVerification(lines, { form, kept }, context)
    return showOpenings(lines, { form, filter }, context)
  },
})

function givenHead(text: string): NonNullable<ReturnType<typeof parseHead>> {
  const head = parseHead(text)
  if (head !== undefined) return head
  throw new SecretsError('USAGE', 'this is no head of a log', {
    hint: 'give what secrets audit --verify printed: NUMBER:HASH',
  })
}
