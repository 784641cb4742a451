/** The two pages that somebody sees who is not let in yet. No script; their own style only. */
import { hash } from 'node:crypto';
import { escapeHtml } from '../endpoints/developer-page.ts';

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:#f6f7f9;color:#1b1f26}
main{background:#fff;border:1px solid #e3e6eb;border-radius:10px;padding:1.5rem 2rem;max-width:26rem;box-sizing:border-box}
h1{font-size:1.2rem;margin:0 0 .5rem}label{display:block;margin:.8rem 0 .3rem;font-weight:600}
input{width:100%;box-sizing:border-box;font:inherit;padding:.4rem .6rem;border:1px solid #6b7484;border-radius:6px;background:#fff;color:inherit}
button{margin-top:1rem;font:inherit;padding:.4rem 1rem;border:0;border-radius:6px;background:#3157d5;color:#fff;cursor:pointer}
.bad{color:#b42318}a{color:#3157d5}
@media(prefers-color-scheme:dark){body{background:#14161a;color:#e8eaee}main{background:#1b1e24;border-color:#2c313a}input{background:#14161a;border-color:#8a94a5}button{background:#8aa4ff;color:#10131c}.bad{color:#ff9d94}a{color:#8aa4ff}}`;

const sources = `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; frame-ancestors 'none'`;
/** Lets the page send its own form, and nothing else. */
export const formPolicy = `${sources}; form-action 'self'`;

const page = (body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bindery</title><style>${style}</style></head><body><main><h1>Bindery</h1>${body}</main></body></html>`;

export function refusalPage(sentence: string, hasSignIn: boolean): string {
  const other = hasSignIn ? '<p>Or <a href="/sign-in">sign in with your own token</a>.</p>' : '';
  return page(`<p>${escapeHtml(sentence)}</p>${other}`);
}

export function signInPage(problem: string | null): string {
  const said = problem === null ? '' : `<p class="bad" role="alert">${escapeHtml(problem)}</p>`;
  return page(
    `<p>Sign in with the token that an administrator gave you.</p>${said}<form method="post" action="/sign-in"><label for="token">Token</label><input id="token" name="token" type="password" autocomplete="current-password" required autofocus><button>Sign in</button></form>`,
  );
}
