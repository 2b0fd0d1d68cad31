import { formatNames } from '../formats/find-format.ts'
import type { NumberOption, TextOption } from './command.ts'

/** Of commands that read a file whose name may not say its format. */
export const INPUT_FORMAT: TextOption = {
  type: 'string',
  choices: formatNames(),
  description: 'format of the file, if neither name nor content say it',
  complete: 'format',
}

/** Of commands that read standard input in place of a file. */
export const INPUT_FILENAME: TextOption = {
  type: 'string',
  value: 'FILE',
  description: 'what standard input stands for: says its format',
  complete: 'file',
}

/** Of commands about one entry. */
export const DOCUMENT: NumberOption = {
  type: 'number',
  description: 'document of a YAML file, from 1, where several have the entry',
}
