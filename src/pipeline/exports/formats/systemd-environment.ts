import type { ExportFormat } from '../export-format.ts'
import { flatFormat, statementsReader } from '../flat-format.ts'

/** What `utf8_is_valid` of systemd refuses beside invalid UTF-8: noncharacters of Unicode (section 23.7). */
const NONCHARACTER = /\p{Noncharacter_Code_Point}/u

/** A file for `EnvironmentFile=`: in double quotes a backslash hides `" \ $` and a backtick (systemd.exec(5); `load_env_file`). */
export const format: ExportFormat = flatFormat({
  name: 'systemd-environment',
  summary: 'a file for EnvironmentFile= of systemd',
  write: (values) => values.map(({ name, text }) => `${name}="${text.replace(/["\\$`]/g, '\\$&')}"\n`).join(''),
  read: statementsReader(/(?<name>[A-Za-z_]\w*)="(?<value>[^"\\$`]*(?:\\["\\$`][^"\\$`]*)*)"\n/, (value) =>
    value.replace(/\\(["\\$`])/g, '$1'),
  ),
  limit: ({ text }) =>
    NONCHARACTER.test(text) ? 'it has a character that Unicode has set aside, which systemd refuses' : undefined,
})
