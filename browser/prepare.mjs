// A little of everything that a demo does not have by itself, so that each page has a way to it.

/** Sends JSON as the person who is signed in on `page`. */
export async function call(page, origin, path, body) {
  const answer = await page.request.post(origin + path, { data: body });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** People of the account's own place, from the end of the list: tasks take them from its start. */
export async function people(page, origin) {
  const answer = await page.request.get(`${origin}/api/v1/people?limit=200`);
  return (await answer.json()).items.reverse();
}

/** Done as a coordinator: a mark, a relative, a move, somebody who left, somebody who died. */
export async function byCoordinator(page, origin, today) {
  const [first, second, third, fourth] = await people(page, origin);
  const of = (person, what) => `/api/v1/people/${person.id}/${what}`;
  const mark = { mark: "model", since: today, evidence: "劳动模范证书" };
  await call(page, origin, of(first, "marks"), mark);
  const daughter = { name: "李小燕", relation: "daughter", phone: "19400000002" };
  await call(page, origin, of(first, "relatives"), daughter);
  const form = await (await page.request.get(`${origin}/people/${second.id}/move`)).text();
  const station = Number(form.match(/name="to_station"[^>]*value="(\d+)"/)?.[1]);
  await call(page, origin, of(second, "moves"), { to_station: station, reason: "已搬家" });
  const left = { left_on: today, why: "moved_out", place: "外省" };
  await call(page, origin, of(third, "left"), left);
  const died = { died_on: today, source: "family", despite_doubts: true };
  await call(page, origin, of(fourth, "death"), died);
}

/** Done at the street's centre: somebody elsewhere is asked to visit. */
export async function byStreet(page, origin, today) {
  const [first] = await people(page, origin);
  const ask = { to_name: "外地社区", wish: "请代为看望", answer_by: today };
  await call(page, origin, `/api/v1/people/${first.id}/entrustments`, ask);
}
