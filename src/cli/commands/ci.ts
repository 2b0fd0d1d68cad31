import { choiceOptions } from '../choice/choice-options.ts'
import { allowPlaceholders, allowUnmasked } from '../ci/ci-options.ts'
import { type Command, defineCommand } from '../command.ts'

/** `secrets ci` */
export const command: Command = defineCommand({
  name: 'ci',
  group: 'pipeline',
  summary: 'open an environment for a job of a pipeline',
  description: [
    'Finds the system that runs the job, decrypts with the key that its runner holds (an age key in a variable or a file, a key service by ' +
      "the job's own identity), tells the system to mask every value, and then hands the values to the steps that follow. Where a system " +
      'cannot keep values secret, it says so, and what to do instead.',
    'With a command behind --, that command alone gets the values, as from "secrets run --redact": this works in every system.',
    'A pull request from a fork gets no key, and is told so. With --placeholders its job gets values of the same types and shapes that no secret ' +
      'went into, marked, with SECRETS_PLACEHOLDERS=true beside them; a job that should have a key never gets any.',
    'Names of variables, --only, --job and --map are those of "secrets run". Without a target, it is the environment of the job, or the only one ' +
      'that there is.',
  ],
  examples: [
    { line: 'secrets ci staging', description: 'for the steps that follow' },
    { line: 'secrets ci --job deploy production', description: 'what .secretsrc declares for this job, and no more' },
    { line: 'secrets ci --placeholders staging', description: 'tests of pull requests from forks too' },
    { line: 'secrets ci production -- ./deploy.sh', description: 'for one command, in any system' },
  ],
  positionals: { targets: { arity: 'many', description: 'environments, files or globs', complete: 'target' } },
  options: {
    ...choiceOptions,
    placeholders: {
      type: 'boolean',
      description: 'give jobs that get no key values that only look right',
    },
    allowPlaceholders,
    allowUnmasked,
  },
  rest: { name: 'COMMAND', description: 'a command that alone gets the values', required: false },
  async run(args, context) {
    const { runCi } = await import('../ci/run-ci.ts')
    return runCi(args, context)
  },
})
