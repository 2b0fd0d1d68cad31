import { SecretsError } from '../core/errors.ts'
import type { Environment } from './environment.ts'
import type { Questions } from './questions.ts'

/** Questions that load the code that asks only when there is somebody to ask. */
export function createQuestions(environment: Environment, interactive: boolean): Questions {
  const ask = async (instead: string): Promise<Questions> => {
    if (!interactive) throw new SecretsError('NOT_INTERACTIVE', 'there is no terminal to ask on', { hint: instead })
    const { createPrompts } = await import('./prompts.ts')
    return createPrompts(environment)
  }
  return {
    hidden: async (question) => (await ask(question.instead)).hidden(question),
    text: async (question) => (await ask(question.instead)).text(question),
    confirm: async (question) => (await ask(question.instead)).confirm(question),
    select: async (question) => (await ask(question.instead)).select(question),
    checkbox: async (question) => (await ask(question.instead)).checkbox(question),
  }
}
