// What the grammar says of pieces of templates, with the grammars of HTML, CSS and JavaScript of a real VS Code:
// `npm run grammar -- FOLDER`, the folder of VS Code's program (`resources/app`, or `lib/vscode` of code-server).
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const vscode = path.resolve(process.argv[2] ?? "");
const require = createRequire(path.join(vscode, "package.json"));
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");
const grammars = {
  "text.html.smarty": path.join(import.meta.dirname, "../syntaxes/smarty.tmLanguage.json"),
  "text.html.basic": path.join(vscode, "extensions/html/syntaxes/html.tmLanguage.json"),
  "source.css": path.join(vscode, "extensions/css/syntaxes/css.tmLanguage.json"),
  "source.js": path.join(vscode, "extensions/javascript/syntaxes/JavaScript.tmLanguage.json"),
};

const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    const file = grammars[scope];
    return file === undefined ? null : textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
  },
});
const grammar = await registry.loadGrammar("text.html.smarty");

/** The scopes of the first place of a word in a text. */
function scopes(text, word, at = text.indexOf(word)) {
  let stack = textmate.INITIAL;
  let start = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    const token = tokens.find((each) => start + each.startIndex <= at && at < start + each.endIndex);
    if (token) return token.scopes.join(" ");
    start += line.length + 1;
  }
  throw new Error(`${word} stands nowhere`);
}

const says = [
  ["{$profile.firstname|escape}", "profile", "variable.other.smarty"],
  ["{$profile.firstname|escape}", "firstname", "variable.other.property.smarty"],
  ["{$mywebshop.product.123456.name}", "123456", "variable.other.property.smarty"],
  ["{$profile.firstname|escape}", "escape", "support.function.modifier.smarty"],
  ["{foreach $a as $b}x{/foreach}", "foreach", "keyword.control.smarty"],
  ["{foreach $a as $b}x{/foreach}", " as", "meta.tag.smarty"],
  ["{foreach $a as $b}x{/foreach}", "as ", "keyword.operator.word.smarty"],
  ["{html_image file='a.png'}", "html_image", "entity.name.function.smarty"],
  ["{html_image file='a.png'}", "file", "entity.other.attribute-name.smarty"],
  ["{html_image file='a.png'}", "a.png", "string.quoted.single.smarty"],
  ['{"Dear $name"}', "name", "variable.other.smarty"],
  ['{"Dear `$a.b`!"}', "b`", "variable.other.property.smarty"],
  ["{* {$a} *}", "$a", "comment.block.smarty"],
  ["{literal}{$a}{/literal}", "$a", "meta.literal.smarty"],
  ['<a href="{$url}">', "url", "string.quoted.double.html meta.tag.smarty variable.other.smarty"],
  ["<style>p { color: {$colour} }</style>", "colour", "source.css meta.tag.smarty variable.other.smarty"],
  ["{if $a|count > 1}x{/if}", "1}", "constant.numeric.smarty"],
  ["{if $a[$b.c] eq true}", "true", "constant.language.smarty"],
  ["{if $a[$b.c] eq true}", "c]", "meta.index.smarty variable.other.property.smarty"],
  ["{#title#}", "title", "variable.other.constant.config.smarty"],
  ["{foreach $list as $x}{$x@first}{/foreach}", "@first", "variable.language.loop.smarty"],
  ["{$smarty.now|date_format:'%Y'}", "smarty", "variable.language.smarty"],
  ["{$order->total}", "total", "variable.other.property.smarty"],
  ["{if $a}x{/if}", "if}", "keyword.control.smarty"],
  ["{if $a\n  && $b}x{/if}", "&&", "keyword.operator.smarty"],
  ['<p style="color: {$c}">', "c}", "source.css meta.tag.smarty variable.other.smarty"],
  ["<style>p { color: {$colour} }</style>", "color", "support.type.property-name.css"],
  ["<style>{literal}p{color:red}{/literal}</style>", "red", "meta.literal.smarty meta.property-list.css"],
  ["<style>a {/* {$x} */}</style>", "x}", "comment.block.css meta.tag.smarty variable.other.smarty"],
  ["<script>var x = {$n};</script>", "n}", "source.js meta.tag.smarty variable.other.smarty"],
  ["<script>var x = {$n};</script>", "var", "storage.type.js"],
  ["<script>{literal}var f={x:1};{/literal}</script>", "var", "meta.literal.smarty meta.var.expr.js storage.type.js"],
  ["<b>{$a}</b>", "b>", "entity.name.tag.html"],
  ['<style type="{$t}">p {}</style>', "t}", "meta.tag.smarty variable.other.smarty"],
  ['<script type="text/template">{$t}</script>', "t}", "meta.tag.smarty variable.other.smarty"],
  ["{* a *}<b>x</b>", "b>", "entity.name.tag.html"],
  ["<!-- {$a} -->", "a}", "comment.block.html meta.tag.smarty variable.other.smarty"],
];
const wrong = [];
for (const [text, word, wanted] of says) {
  const found = scopes(text, word);
  // In the order in which they enclose each other, with others between.
  const rest = wanted.split(" ").reduce((left, scope) => {
    const at = left.indexOf(scope);
    return at < 0 ? [] : left.slice(at);
  }, found.split(" "));
  if (rest.length === 0) wrong.push(`${word} in ${text}: ${found}, not ${wanted}`);
}
for (const [text, word] of [
  ["p { color: red }", "color"],
  ["a {\n b", "b"],
  ["{literal}{$a}{/literal}", "$a"],
  ["{* {$a} *}", "$a"],
  ["<style>p { color: red }</style>", "color"],
  ["<script>{literal}f({$a}){/literal}</script>", "$a"],
  ["{if $a}x{/if} y", "y"],
]) {
  if (scopes(text, word).includes("meta.tag.smarty")) wrong.push(`${word} in ${text} is no part of a tag`);
}
assert.deepEqual(wrong, []);
console.log(`${says.length + 7} places have the scopes that they should`);
