/** The description of the endpoints as a page that sellers' developers read: no script, nothing from elsewhere. */
import { hash } from 'node:crypto';
import type { Description, Operation } from './openapi.ts';

const style = `body{font:15px/1.55 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f26;background:#fff}
h1{font-size:1.6rem}h2{margin-top:2.4rem;border-bottom:1px solid #e3e6eb}h3{font-size:1rem;margin:1.6rem 0 .2rem}
code,pre{font:13px/1.5 ui-monospace,Consolas,monospace}pre{background:#f6f7f9;padding:.8rem;overflow:auto;border-radius:6px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;border-bottom:1px solid #e3e6eb}
.verb{font-weight:700;text-transform:uppercase;color:#3157d5}nav a{margin-right:1rem}a{color:#3157d5}
@media(prefers-color-scheme:dark){body{color:#e8eaee;background:#1b1e24}pre{background:#14161a}h2,td,th{border-color:#2c313a}.verb,a{color:#8aa4ff}}`;

/** Lets the page's own style in, and nothing else. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

interface Grouped {
  readonly operation: Operation;
  readonly calls: string[];
}

/** Operations that differ in their path alone are told once, with all their paths. */
function grouped(description: Description, tag: string): Grouped[] {
  const found = new Map<string, Grouped>();
  for (const [path, operations] of Object.entries(description.paths))
    for (const [verb, operation] of Object.entries(operations)) {
      if (!operation.tags.includes(tag)) continue;
      const known = found.get(operation.summary) ?? { operation, calls: [] };
      known.calls.push(`<span class="verb">${escapeHtml(verb)}</span> <code>${escapeHtml(path)}</code>`);
      found.set(operation.summary, known);
    }
  return [...found.values()];
}

function section({ operation, calls }: Grouped): string {
  const answers = Object.entries(operation.responses)
    .map(
      ([status, { description }]) =>
        `<tr><td><code>${escapeHtml(status)}</code></td><td>${escapeHtml(description)}</td></tr>`,
    )
    .join('');
  const about = operation.description === undefined ? '' : `<p>${escapeHtml(operation.description)}</p>`;
  return `<h3>${escapeHtml(operation.summary)}</h3>${about}<p>${calls.join('<br>')}</p><table><tr><th scope="col">Answer</th><th scope="col">Means</th></tr>${answers}</table>`;
}

const signing = `<p>A key may require that its calls are signed. Each call then carries <code>x-bindery-timestamp</code> (milliseconds since 1970) and
<code>x-bindery-signature</code>: <code>v1=</code> and the hexadecimal HMAC-SHA-256, with the signing key (base64url), of these lines:</p>
<pre>bindery-v1
{timestamp}
{METHOD}
{path and query as sent}
{hexadecimal SHA-256 of the body}</pre>
<p>Each call is signed anew: a signature is taken once, within five minutes, and not after a later one about the same path.</p>`;

/** The whole page. */
export function developerPage(description: Description): string {
  const url = description.servers[0]?.url ?? '';
  const tags = description.tags.map(({ name }) => `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`).join('');
  const body = description.tags
    .map(
      (tag) =>
        `<h2 id="${escapeHtml(tag.name)}">${escapeHtml(tag.name)}</h2><p>${escapeHtml(tag.description)}</p>${grouped(description, tag.name).map(section).join('')}`,
    )
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(description.info.title)}</title><style>${style}</style></head><body>
<h1>${escapeHtml(description.info.title)}</h1><p>${escapeHtml(description.info.description)}</p><nav>${tags}<a href="/openapi.json">OpenAPI</a></nav>
<h2>Start here</h2><p>You were given a key and a token. Send them with every call, and test:</p>
<pre>curl -H 'X-VTEX-API-AppKey: …' -H 'X-VTEX-API-AppToken: …' '${escapeHtml(url)}/integration-test?sku=YOUR-SKU'</pre>
<p>It says what is right and what is not, and stores nothing. Then tell of a change:</p>
<pre>curl -X POST -H 'X-VTEX-API-AppKey: …' -H 'X-VTEX-API-AppToken: …' '${escapeHtml(url)}/api/notificator/YOU/changenotification/YOUR-SKU/price'</pre>
<p>After 429 and 503 wait for the seconds of <code>Retry-After</code> and send the same again. Anything else that is not a 2xx will not get better by repetition.</p>
<h2>Signed calls</h2>${signing}${body}</body></html>`;
}
