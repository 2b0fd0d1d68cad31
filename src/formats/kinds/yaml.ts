import type { Format, ParsedText } from '../../core/format.ts'
import type { MapNode } from '../../core/tree.ts'
import { positionFinder } from '../text-position.ts'
import { coverYaml } from '../yaml/cover-yaml.ts'
import { readStream } from '../yaml/read-stream.ts'
import { renderYaml } from '../yaml/render-yaml.ts'
import { toPlain } from '../yaml/update-metadata.ts'
import { metadataItem, removeMetadata, writeMetadata } from '../yaml/yaml-metadata.ts'

/** YAML as sops reads it: any number of documents, the metadata at the end of each. */
export const format: Format = {
  name: 'yaml',
  summary: 'YAML, one or several documents',
  extensions: ['.yaml', '.yml'],
  keepsByteOrderMark: true,
  selectable: true,
  parse,
  render: renderYaml,
}

function parse(text: string): ParsedText {
  const documents = readStream(text)
  const first = documents[0] === undefined ? undefined : metadataItem(documents[0])
  const roots: readonly MapNode[] = documents.map(({ root }) => root)
  return {
    text,
    documents: roots,
    metadata: first === undefined ? undefined : toPlain(first.value),
    writeMetadata: (metadata) => documents.flatMap((document) => writeMetadata(document, metadata)),
    removeMetadata: () => documents.flatMap(removeMetadata),
    covered: () => documents.map(coverYaml),
    position: positionFinder(text),
  }
}
