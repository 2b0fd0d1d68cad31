import { SecretsError } from '../core/errors.ts'
import type { Environment } from './environment.ts'
import type { Questions } from './questions.ts'
import type { Terminal } from './terminal.ts'

/** Questions that load the code that asks only when there is somebody to ask. */
export function createQuestions(
  environment: Environment,
  terminal: Pick<Terminal, 'interactive' | 'aside'>,
): Questions {
  const ask = async <Answer>(instead: string, question: (prompts: Questions) => Promise<Answer>): Promise<Answer> => {
    if (!terminal.interactive) {
      throw new SecretsError('NOT_INTERACTIVE', 'there is no terminal to ask on', { hint: instead })
    }
    const { createPrompts } = await import('./prompts.ts')
    return terminal.aside(() => question(createPrompts(environment)))
  }
  return {
    hidden: (question) => ask(question.instead, (prompts) => prompts.hidden(question)),
    text: (question) => ask(question.instead, (prompts) => prompts.text(question)),
    confirm: (question) => ask(question.instead, (prompts) => prompts.confirm(question)),
    select: (question) => ask(question.instead, (prompts) => prompts.select(question)),
    checkbox: (question) => ask(question.instead, (prompts) => prompts.checkbox(question)),
  }
}
