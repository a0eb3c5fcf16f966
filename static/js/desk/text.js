// What the toolbar and the Enter key do to Markdown, as pure functions: text and selection in, an edit out.
// An edit {from, to, insert, start, end} says what takes the place of what, and what is selected then.
window.Desk = window.Desk || {};

Desk.text = (function () {
  'use strict';
  const LIST = /^(\s*)(?:[-*+]|\d{1,9}[.)])\s+/;
  const HEADING = /^(#{1,6})\s+/;
  const QUOTE = /^> ?/;
  const PUNCTUATION = /[\p{P}\p{S}]/u;
  const TABLE = '| 项目 | 说明 |\n| --- | --- |\n|  |  |';

  function edit(from, to, insert, start, end) {
    return {from: from, to: to, insert: insert, start: start, end: end === undefined ? start : end};
  }

  // Whole lines that the selection touches; an end at the beginning of a line does not touch it.
  function lines(text, start, end) {
    const last = end > start && text[end - 1] === '\n' ? end - 1 : end;
    const stop = text.indexOf('\n', last);
    return {from: text.lastIndexOf('\n', start - 1) + 1, to: stop < 0 ? text.length : stop};
  }

  function stars(text, from, step) {
    let count = 0;
    for (let at = from; text[at] === '*'; at += step) count += 1;
    return count;
  }

  // Whether so many asterisks are bold, italics, or both.
  function have(count, mark) {
    return mark.length === 2 ? count === 2 || count === 3 : count === 1 || count === 3;
  }

  // CommonMark takes `**注意：**先` for no bold at all, so punctuation at an edge stays outside where a word follows.
  function shrink(text, start, end) {
    const isWord = function (character) { return character !== undefined && !/\s/.test(character) && !PUNCTUATION.test(character); };
    while (start < end && (/\s/.test(text[start]) || (PUNCTUATION.test(text[start]) && isWord(text[start - 1])))) start += 1;
    while (end > start && (/\s/.test(text[end - 1]) || (PUNCTUATION.test(text[end - 1]) && isWord(text[end])))) end -= 1;
    return [start, end];
  }

  function emphasis(text, start, end, mark) {
    const size = mark.length;
    if (text.slice(start, end).includes('\n')) return emphasisOfLines(text, start, end, mark);
    if (have(Math.min(stars(text, start - 1, -1), stars(text, end, 1)), mark)) {
      return edit(start - size, end + size, text.slice(start, end), start - size, end - size);
    }
    const inner = text.slice(start, end);
    if (inner.length > 2 * size && have(Math.min(stars(inner, 0, 1), stars(inner, inner.length - 1, -1)), mark)) {
      return edit(start, end, inner.slice(size, -size), start, end - 2 * size);
    }
    const before = text.slice(lines(text, start, start).from, start);
    if (start === end && have(stars(text, end, 1), mark) && before.includes(mark)) {
      return edit(end, end, '', end + size); // out of the bold that was being typed
    }
    if (start < end) [start, end] = shrink(text, start, end);
    return edit(start, end, mark + text.slice(start, end) + mark, start + size, end + size);
  }

  function emphasisOfLines(text, start, end, mark) {
    const parts = text.slice(start, end).split('\n').map(function (line) {
      const prefix = (line.match(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)*/) || [''])[0];
      return {prefix: prefix, words: line.slice(prefix.length).trimEnd()};
    });
    const filled = parts.filter(function (part) { return part.words; });
    const isOn = function (part) {
      return part.words.length > 2 * mark.length
        && have(Math.min(stars(part.words, 0, 1), stars(part.words, part.words.length - 1, -1)), mark);
    };
    const off = filled.length > 0 && filled.every(isOn);
    const done = parts.map(function (part) {
      if (!part.words || (!off && isOn(part))) return part.prefix + part.words;
      return part.prefix + (off ? part.words.slice(mark.length, -mark.length) : mark + part.words + mark);
    }).join('\n');
    return edit(start, end, done, start, start + done.length);
  }

  // Change every line that is selected; a caret stays where it was in its line.
  function perLine(text, start, end, change) {
    const range = lines(text, start, end);
    const before = text.slice(range.from, range.to).split('\n');
    const after = change(before).join('\n');
    if (before.length > 1) return edit(range.from, range.to, after, range.from, range.from + after.length);
    const shift = after.length - (range.to - range.from);
    return edit(range.from, range.to, after, Math.max(range.from, start + shift), Math.max(range.from, end + shift));
  }

  function toggle(text, start, end, has, strip, add) {
    return perLine(text, start, end, function (all) {
      const isOnly = all.length === 1;
      const filled = all.filter(function (line) { return isOnly || line.trim(); });
      const off = filled.every(has);
      let number = 0;
      return all.map(function (line) {
        if (!isOnly && !line.trim()) return line;
        number += 1;
        return off ? strip(line) : add(strip(line), number);
      });
    });
  }

  function withoutMarks(line) {
    return line.replace(HEADING, '').replace(LIST, '$1');
  }

  function heading(text, start, end, level) {
    const marks = '#'.repeat(level) + ' ';
    const has = function (line) { return (line.match(HEADING) || [])[1] === marks.trim(); };
    return toggle(text, start, end, has, withoutMarks, function (line) { return marks + line.trimStart(); });
  }

  function list(text, start, end, numbered) {
    const has = function (line) { return numbered ? /^\s*\d{1,9}[.)]\s+/.test(line) : /^\s*[-*+]\s+/.test(line); };
    return toggle(text, start, end, has, withoutMarks, function (line, number) {
      const indent = line.match(/^\s*/)[0];
      return indent + (numbered ? number + '. ' : '- ') + line.slice(indent.length);
    });
  }

  function quote(text, start, end) {
    const strip = function (line) { return line.replace(QUOTE, ''); };
    return toggle(text, start, end, function (line) { return QUOTE.test(line); }, strip, function (line) { return '> ' + line; });
  }

  // A block of its own, with blank lines around it; `start` and `end` are what is selected within.
  function block(text, from, to, insert, start, end) {
    const before = text.slice(0, from), after = text.slice(to);
    const lead = !before || before.endsWith('\n\n') ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    const trail = !after || after.startsWith('\n\n') ? '' : after.startsWith('\n') ? '\n' : '\n\n';
    const at = from + lead.length;
    return edit(from, to, lead + insert + trail, at + start, at + end);
  }

  function table(text, start, end) {
    const range = lines(text, end, end);
    const isBlank = !text.slice(range.from, range.to).trim();
    return block(text, isBlank ? range.from : range.to, range.to, TABLE, 2, 4);
  }

  function callout(text, start, end, name) {
    const opened = text.slice(0, start).match(/(?:^|\n)(::: ?(\S+)[^\n]*\n)(?:(?!:::)[^\n]*\n)*(?!:::)[^\n]*$/);
    if (opened) {
      const from = opened.index + (opened[0].startsWith('\n') ? 1 : 0);
      const inside = from + opened[1].length;
      const close = text.slice(inside).match(/(?:^|\n):::[ \t]*(?=\n|$)/);
      if (close) {
        const to = inside + close.index + close[0].length;
        const inner = text.slice(inside, inside + close.index);
        if (opened[2] === name) return edit(from, to, inner, from, from + inner.length);
        const head = '::: ' + name + '\n';
        return edit(from, inside, head, start + head.length - opened[1].length, end + head.length - opened[1].length);
      }
    }
    const range = lines(text, start, end);
    const inner = text.slice(range.from, range.to);
    const head = '::: ' + name + '\n';
    return block(text, range.from, range.to, head + inner + '\n:::', head.length, head.length + inner.length);
  }

  // What Enter does in lists, steps and quotations; null where it does what it always does.
  function enter(text, at) {
    const range = lines(text, at, at);
    const line = text.slice(range.from, range.to);
    const found = line.match(/^(\s*(?:> ?)*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(.*)$/);
    const quoted = found ? null : line.match(/^(\s*(?:> ?)+)(.*)$/);
    if (!found && !quoted) return null;
    const marks = found ? line.length - found[6].length : quoted[1].length;
    if (at < range.from + marks) return null;
    if (!(found ? found[6] : quoted[2]).trim()) return edit(range.from, range.to, '', range.from);
    const next = found ? found[1] + (found[2] || Number(found[3]) + 1 + found[4]) + found[5] : quoted[1];
    return edit(at, at, '\n' + next, at + 1 + next.length);
  }

  // A link in the place of what is selected.
  function link(text, start, end, label, url) {
    const words = label.replace(/\s+/g, ' ').trim().replace(/([\\[\]])/g, '\\$1');
    const address = /[\s()<>]/.test(url) ? '<' + url.replace(/[<>\s]/g, encodeURIComponent) + '>' : url;
    const made = '[' + words + '](' + address + ')';
    return edit(start, end, made, start + made.length);
  }

  function picture(alt, url) {
    return '![' + alt.replace(/\s+/g, ' ').trim().replace(/([\\[\]])/g, '\\$1') + '](' + url + ')';
  }

  // The characters a reader reads: without Markdown, addresses and white space.
  function count(markdown) {
    const words = markdown
      .replace(/^ {0,3}(?:```|~~~|:::).*$/gm, '')
      .replace(/!\[[^\]]*\]\([^)\n]*\)/g, '')
      .replace(/\[([^\]]*)\]\([^)\n]*\)/g, '$1')
      .replace(/^\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*$/gm, '')
      .replace(/^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,9}[.)][ \t]+)?/gm, '')
      .replace(/[*_`~|\\\s]/g, '');
    return Array.from(words).length;
  }

  return {
    emphasis: emphasis, heading: heading, list: list, quote: quote, block: block, table: table, callout: callout,
    enter: enter, link: link, picture: picture, count: count,
  };
})();
