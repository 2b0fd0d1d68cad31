import type { Edit, PlainValue } from '../../core/tree.ts'
import type { AnyShape } from './yaml-shape.ts'
export function replaceNode(n: AnyShape, _v: PlainValue): Edit { return { start: n.start, end: n.end, text: '' } }
