"""parse.py LANGUAGE FILE: says where the file has an error of syntax, by the grammar of tree-sitter."""
import importlib
import sys

from tree_sitter import Language, Parser

language, file = sys.argv[1:]
grammar = importlib.import_module('tree_sitter_' + language)
with open(file, 'rb') as source:
    tree = Parser(Language(grammar.language())).parse(source.read())


def report(node):
    if node.is_error or node.is_missing:
        line, column = node.start_point
        print(f'{file}:{line + 1}:{column + 1}: ' + (f'missing {node.type}' if node.is_missing else 'error of syntax'))
    for child in node.children:
        report(child)


report(tree.root_node)
sys.exit(1 if tree.root_node.has_error else 0)
