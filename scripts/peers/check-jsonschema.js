import { pythonInstall } from './peer-cache.js'

/** Judges pipeline files by the schemas that it brings along, GitLab's among them. 5 seconds. */
export const peer = {
  programs: ['check-jsonschema'],
  install: () => pythonInstall('check-jsonschema', 'check-jsonschema==0.39.0'),
}
