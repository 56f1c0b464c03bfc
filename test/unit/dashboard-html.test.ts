// Markup that is escaped by construction, and names that a page can show.
import { describe, expect, it } from 'vitest';
import { dataBlock, html, nameText } from '../../src/dashboard/html.js';

const evil = `</script><img src=x onerror="alert(1)">&'\u202e`;

describe('html', () => {
  it('escapes what stands between its braces, in text and in attributes', () => {
    expect(html`<p title="${evil}">${evil}</p>`.text).toBe(
      `<p title="&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;'\\u202e">` +
        `&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;'\\u202e</p>`,
    );
  });
  it('takes its own markup as it is, lists in a row, and nothing for what is absent', () => {
    const inner = html`<b>${1}</b>`;
    expect(html`${inner}${[inner, 'a<', [undefined, false, 0]]}${''}`.text).toBe('<b>1</b><b>1</b>a&lt;0');
  });
});

describe('nameText', () => {
  it('lets a line end after slashes and colons and before a bracket, and nowhere else', () => {
    expect(nameText('test/a.ts::b::c[n=10,k=[1]]').text).toBe(
      '<bdi>test/<wbr>a.ts::<wbr>b::<wbr>c<wbr>[n=10,k=<wbr>[1]]</bdi>',
    );
  });
  it('cuts what no page can show, between characters', () => {
    const shown = nameText('😀'.repeat(301)).text;
    expect(shown).toBe(`<bdi>${'😀'.repeat(300)}…</bdi>`);
  });
});

describe('dataBlock', () => {
  it('is not ended by what it holds, and reads as it was', () => {
    const { text } = dataBlock('figure', { evil, '<!--': 1 });
    const json = text.slice(text.indexOf('>') + 1, text.lastIndexOf('<'));
    expect(json).not.toContain('<');
    expect(JSON.parse(json)).toEqual({ evil, '<!--': 1 });
  });
});
