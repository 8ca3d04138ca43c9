// Signs in with the code behind the # of the address, or with what is typed into the form.

const state = document.getElementById("signin-state");
const form = document.getElementById("signin-form");
const value = document.getElementById("signin-value");
const here = new URL(location.href);
// Elsewhere this page stands in for the one that was asked for, whose # is no code.
const isDoor = here.pathname === "/signin";
const next = isDoor ? (here.searchParams.get("next") ?? "/") : here.pathname + here.search;

// A path of this console and nothing else: "//name" and "/\name" are other sites.
function inside(path) {
  const isPath = typeof path === "string" && /^\/(?![/\\])[^\\\u0000-\u001f\u007f]*$/.test(path);
  return isPath && new URL(path, location.origin).origin === location.origin ? path : "/";
}

async function signIn(given) {
  state.textContent = "Signing in …";
  const answer = await fetch("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Adloom": "1", Accept: "application/json" },
    body: JSON.stringify({ ...given, next }),
  }).catch(() => null);
  const isJson = answer?.headers.get("Content-Type")?.startsWith("application/json");
  const told = isJson ? await answer.json() : { message: await answer?.text() };
  if (answer?.ok) {
    location.replace(inside(told.next));
    return;
  }
  const lost = "The console does not answer. Is adloom serve running?";
  state.textContent = [told.message || lost, told.hint].filter(Boolean).join(" ");
  form.hidden = false;
  value.focus();
  value.select();
}

function signInByAddress() {
  const code = isDoor ? location.hash.slice(1) : "";
  form.hidden = Boolean(code);
  if (!code) return;
  // Gone from the address bar and the history before anything else happens.
  history.replaceState(null, "", here.pathname + here.search);
  signIn({ code });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  // People paste the whole link; a password may hold a # of its own.
  const isCode = value.name === "code";
  signIn(isCode ? { code: value.value.trim().split("#").pop() } : { password: value.value });
});

// A link that is opened in this very tab changes nothing but what is behind the #.
addEventListener("hashchange", signInByAddress);
signInByAddress();
