// Reads a list of {ics, until} from standard input, as JSON, and writes what ical.js finds in each calendar: its
// method, its events, the times at which they take place up to a time (in UTC), and those that are canceled.
import { readFileSync } from "node:fs";
import ICAL from "../../node_modules/ical.js/dist/ical.js";

const MOST = 2000;
const inUtc = (time) => time.toJSDate().toISOString().slice(0, 16) + "Z";
const text = (value) => (value === null || value === undefined ? null : String(value));

/** Returns the times of a series with its changed occurrences, or of a single event. */
function expand(events, until) {
  const main = events.find((event) => !event.isRecurrenceException()) ?? events[0];
  for (const event of events) if (event !== main && event.isRecurrenceException()) main.relateException(event);
  const starts = [], canceled = [];
  const take = ({ startDate, item }) =>
    (item.component.getFirstPropertyValue("status") === "CANCELLED" ? canceled : starts).push(inUtc(startDate));
  if (!main.isRecurring()) take({ startDate: main.startDate, item: main });
  else {
    const times = main.iterator();
    for (let number = 0, time; number < MOST && (time = times.next()) && inUtc(time) <= until; number++)
      take(main.getOccurrenceDetails(time));
  }
  return { starts: starts.sort(), canceled: canceled.sort() };
}

function read({ ics, until }) {
  const calendar = new ICAL.Component(ICAL.parse(ics));
  const components = calendar.getAllSubcomponents("vevent");
  const events = components.map((component) => new ICAL.Event(component));
  const value = (component, name) => text(component.getFirstPropertyValue(name));
  const person = (property) => ({ address: text(property.getFirstValue()), name: property.getParameter("cn") ?? null });
  return {
    method: value(calendar, "method"),
    name: value(calendar, "name"),
    events: components.map((component, number) => ({
      uid: events[number].uid,
      sequence: events[number].sequence,
      recurrence_id: component.hasProperty("recurrence-id") ? inUtc(events[number].recurrenceId) : null,
      status: value(component, "status"),
      start: inUtc(events[number].startDate),
      end: inUtc(events[number].endDate),
      summary: value(component, "summary"),
      description: value(component, "description"),
      location: value(component, "location"),
      organizer: component.hasProperty("organizer") ? person(component.getFirstProperty("organizer")) : null,
      attendees: component.getAllProperties("attendee").map(person),
      properties: component.getAllProperties().length,
    })),
    ...expand(events, until),
  };
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
