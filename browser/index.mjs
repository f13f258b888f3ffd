// The pictures of a run on one page, to leaf through: by post, page, state and size.

import { writeFileSync } from "node:fs";
import path from "node:path";
import { pictures, shots } from "./look.mjs";

const states = ["normal", "error", "empty"];
const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");

function row(route, all) {
  const of = all.filter((picture) => picture.route === route);
  const cells = states.flatMap((state) =>
    ["desk", "phone"].map((size) => {
      const found = of.find((picture) => picture.state === state && picture.size === size);
      if (!found) return "<td></td>";
      const src = encodeURIComponent(found.file);
      const says = escape(`${route} ${state} ${size}`);
      return `<td><a href="${src}"><img loading="lazy" src="${src}" alt="${says}"></a></td>`;
    }),
  );
  return `<tr><th scope="row">${escape(route)}</th>${cells.join("")}</tr>`;
}

/** Writes `target/pages/index.html`. */
export function writeIndex() {
  const posts = [...new Set(pictures.map(({ post }) => post))];
  const heads = states.flatMap((state) => [`${state} desk`, `${state} phone`]);
  const parts = posts.map((post) => {
    const own = pictures.filter((picture) => picture.post === post);
    const routes = [...new Set(own.map(({ route }) => route))].sort();
    const head = heads.map((text) => `<th scope="col">${text}</th>`).join("");
    return `<h2 id="${escape(post)}">${escape(post)}</h2><table><tr><th></th>${head}</tr>
${routes.map((route) => row(route, own)).join("\n")}</table>`;
  });
  const menu = posts.map((post) => `<a href="#${escape(post)}">${escape(post)}</a>`).join(" ");
  const style =
    "img{width:170px;max-height:220px;object-fit:cover;object-position:top}" +
    " td,th{vertical-align:top;text-align:left}";
  writeFileSync(
    path.join(shots, "index.html"),
    `<!DOCTYPE html><meta charset="utf-8"><title>Pages</title><style>${style}</style>
<p>${menu}</p>${parts.join("\n")}`,
  );
}
