import type { Edit, PlainValue } from '../../core/tree.ts'
import type { AnyShape, ListShape } from './yaml-shape.ts'
export function insertElement(_l: ListShape, _i: number, _v: PlainValue): readonly Edit[] { return [] }
export function removeElement(_l: ListShape, _e: AnyShape): readonly Edit[] { return [] }
export function commentInPlace(_l: ListShape, e: any, t: string): Edit { return { ...e.span, text: t } }
