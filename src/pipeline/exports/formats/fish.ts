import type { ExportFormat } from '../export-format.ts'
import { flatFormat, statementsReader } from '../flat-format.ts'

/** Variables that fish does not let anybody set (fish, "Special variables"). */
const READ_ONLY =
  /^(?:FISH_VERSION|SHLVL|PWD|_|fish_pid|fish_killring|history|hostname|status|pipestatus|status_generation|version)$/

/** Statements for `source` in fish: in single quotes a backslash hides a quote and a backslash, and is else itself (fish, "Quotes"). */
export const format: ExportFormat = flatFormat({
  name: 'fish',
  summary: 'statements for source in fish',
  write: (values) => values.map(({ name, text }) => `set -gx ${name} '${text.replace(/[\\']/g, '\\$&')}'\n`).join(''),
  read: statementsReader(/set -gx (?<name>[A-Za-z_]\w*) '(?<value>[^\\']*(?:\\[\\'][^\\']*)*)'\n/, (value) =>
    value.replace(/\\([\\'])/g, '$1'),
  ),
  limit: ({ name }) => (READ_ONLY.test(name) ? 'fish does not let this variable be set' : undefined),
})
