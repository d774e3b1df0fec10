import { ADD_EVIDENCE } from "./archive-redis-evidence-script.ts";
import { ARCHIVE_SCHEMA, OPENING } from "./archive-redis-run.ts";

/** So many shoppers of a group are not kept any more. */
const LEAVE = `
local function leave(name, n)
  local text = redis.call('HGET', groups, name)
  if not text then return end
  local doc = cjson.decode(text)
  doc.shoppers = math.max(0, doc.shoppers - n)
  redis.call('HSET', groups, name, cjson.encode(doc))
end
local function nameOf(member) return string.match(member, '^(.*)|') end
`;

/** Takes an exchange out, whoever shows it. */
const DROP = `
local bytes = tonumber(redis.call('HGET', head, 'bytes') or 0)
local function drop(id)
  local place = redis.call('HGET', places, id)
  redis.call('HDEL', holders, id)
  if not place then return end
  local at, _, size = string.match(place, '^(%S+) (%d+) (%d+)$')
  redis.call('XDEL', order, at)
  redis.call('HDEL', places, id)
  redis.call('HDEL', records, id)
  bytes = bytes - tonumber(size)
end
`;

/**
 * Adds a batch. Keys: head, instances, counts, groups, seen, shoppers, order, records, places, holders, slots, values, scopes,
 * met and their counts, then cells, found and marks of each slot, then the evidence of each scope. Arguments: the instance, the batch and the limits as JSON. Whatever may fail is looked at before the
 * first write, as Redis takes nothing back.
 */
export const APPLY_SCRIPT = `${OPENING}
local instances, counts, groups, seen, shoppers = KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local order, records, places, holders, slots = KEYS[7], KEYS[8], KEYS[9], KEYS[10], KEYS[11]
local values = KEYS[12]
local FIXED = 15
local batch, limits = cjson.decode(ARGV[2]), cjson.decode(ARGV[3])

local wanted = { 'hash', 'hash', 'hash', 'hash', 'zset', 'zset', 'stream', 'hash', 'hash', 'hash', 'zset', 'zset', 'zset', 'zset', 'hash' }
for i, key in ipairs(KEYS) do
  local is = redis.call('TYPE', key).ok
  local isFound = (i - FIXED) % 3 == 2 and i <= FIXED + 3 * #batch.slots
  local must = wanted[i] or (isFound and 'set' or 'hash')
  if is ~= 'none' and is ~= must then return { 'mistyped' } end
end
local last = redis.call('HGET', instances, ARGV[1])
if last and tonumber(string.match(last, '^%d+')) >= batch.seq then return { 'repeated' } end

-- A group is read before anything is written: one that cannot be read stops the batch.
local docs, fresh, size = {}, {}, redis.call('HLEN', groups)
for _, delta in ipairs(batch.groups) do
  local name, about = delta.signature, delta.about
  local text = not docs[name] and redis.call('HGET', groups, name)
  if not docs[name] and not text and size >= limits.groups then
    name, about = delta.overflow, delta.beyond
    text = not docs[name] and redis.call('HGET', groups, name)
  end
  if text then
    docs[name] = cjson.decode(text)
  elseif not docs[name] then
    size = size + 1
    docs[name] = about
  end
  delta.name = name
end
${DROP}
redis.call('HSET', head, 'schema', ${ARCHIVE_SCHEMA})
redis.call('HSET', instances, ARGV[1], batch.seq .. ' ' .. string.format('%d', batch.at) .. ' ' .. batch.pending)

local function count(key, other, delta)
  if redis.call('HEXISTS', counts, key) == 0 and redis.call('HLEN', counts) >= limits.counters then key = other end
  redis.call('HINCRBY', counts, key, delta)
end

local lost = 0
for _, cell in ipairs(batch.cells) do
  local name, route, gravity = KEYS[FIXED + 3 * cell[1] - 2], batch.routes[cell[2]], cell[4]
  local member = route.name .. '|' .. cell[3]
  local was = redis.call('HGET', name, member)
  was = was and tonumber(was)
  if not was and redis.call('HLEN', name) >= limits.cells then
    lost = lost + 1
  elseif not was or was < gravity then
    redis.call('HSET', name, member, gravity)
    if not was then count(route.keys[1], route.other, 1) end
    if was and was > 0 then count(route.keys[was + 1], route.other, -1) end
    if gravity > 0 then count(route.keys[gravity + 1], route.other, 1) end
  end
end

local function meet(doc, member, slot)
  if redis.call('ZSCORE', shoppers, member) then
    redis.call('ZADD', shoppers, 'GT', slot, member)
  elseif doc.shoppers >= limits.shoppers or redis.call('ZCARD', shoppers) >= limits.shoppersInAll then
    doc.atLeast = math.max(doc.atLeast, slot)
  else
    redis.call('ZADD', shoppers, slot, member)
    doc.shoppers = doc.shoppers + 1
  end
end

local texts = {}
for _, record in ipairs(batch.records) do texts[record.id] = record end
local function show(doc, id)
  local record = texts[id]
  if not record then return end
  for _, shown in ipairs(doc.examples) do if shown == id then return end end
  if redis.call('HEXISTS', places, id) == 0 then
    local at = redis.call('XADD', order, '*', 'id', id)
    redis.call('HSET', records, id, record.text)
    if record.valuesUntil then redis.call('ZADD', values, string.format('%d', record.valuesUntil), id) end
    redis.call('HSET', places, id, at .. ' ' .. string.format('%d', record.at) .. ' ' .. record.bytes)
    bytes = bytes + record.bytes
  end
  redis.call('HINCRBY', holders, id, 1)
  doc.examples[#doc.examples + 1] = id
  if #doc.examples > limits.examples then
    local gone = table.remove(doc.examples, 2)
    if redis.call('HEXISTS', holders, gone) == 1 and redis.call('HINCRBY', holders, gone, -1) <= 0 then drop(gone) end
  end
end

for _, delta in ipairs(batch.groups) do
  local doc = docs[delta.name]
  for _, part in ipairs({ 'count', 'noise', 'downstream', 'items' }) do doc[part] = doc[part] + delta[part] end
  -- Noise says nothing of a group that counts.
  if doc.gravity == 0 and delta.gravity > 0 then doc.firstSeen, doc.lastSeen = delta.firstSeen, delta.lastSeen end
  if doc.gravity == 0 or delta.gravity > 0 then
    doc.firstSeen = math.min(doc.firstSeen, delta.firstSeen)
    doc.lastSeen = math.max(doc.lastSeen, delta.lastSeen)
  end
  doc.gravity = math.max(doc.gravity, delta.gravity)
  doc.cells = doc.cells + delta.alone
  local newest = 0
  for _, hour in ipairs(delta.hours) do doc.hours[hour[1]] = (doc.hours[hour[1]] or 0) + hour[2] end
  for hour in pairs(doc.hours) do newest = math.max(newest, tonumber(hour)) end
  for hour in pairs(doc.hours) do if tonumber(hour) <= newest - limits.hours then doc.hours[hour] = nil end end
  for _, cell in ipairs(delta.cells) do
    local name, member = KEYS[FIXED + 3 * cell[1] - 1], delta.name .. '|' .. cell[3]
    if redis.call('SISMEMBER', name, member) == 0 then
      if redis.call('SCARD', name) >= limits.cells then
        lost = lost + 1
      else
        redis.call('SADD', name, member)
        doc.cells = doc.cells + 1
        meet(doc, member, cell[2])
      end
    end
  end
  if delta.gravity == doc.gravity or delta.gravity > 0 then
    for _, id in ipairs(delta.examples) do show(doc, id) end
  end
end
${ADD_EVIDENCE}
for name, doc in pairs(docs) do
  redis.call('HSET', groups, name, cjson.encode(doc))
  redis.call('ZADD', seen, doc.lastSeen, name)
end
while redis.call('XLEN', order) > limits.exchanges or bytes > limits.exchangesBytes do
  local oldest = redis.call('XRANGE', order, '-', '+', 'COUNT', 1)[1]
  if not oldest then break end
  redis.call('XDEL', order, oldest[1])
  drop(oldest[2][2])
end
redis.call('HSET', head, 'bytes', bytes)
for i, slot in ipairs(batch.slots) do
  redis.call('ZADD', slots, slot, slot)
  for at = 3 * i - 2, 3 * i do redis.call('PEXPIRE', KEYS[FIXED + at], limits.cellsMs) end
end
if lost > 0 then count(batch.lost[1], batch.lost[2], lost) end
if lostItems > 0 then count(batch.lostItems[1], batch.lostItems[2], lostItems) end
for _, one in ipairs(batch.counts) do count(one[1], one[2], one[3]) end
return { 'applied' }
`;

/** Keys: head, counts, instances. Both hashes as they are at one moment. */
export const LEDGER_SCRIPT = `${OPENING}
return { 'read', redis.call('HGETALL', KEYS[2]), redis.call('HGETALL', KEYS[3]) }
`;

/** Keys: head, records, places. Arguments: an exchange, its text as it is to be, empty where it is to go, and the text's bytes. */
export const REWRITE_SCRIPT = `${OPENING}
local records, places, order, holders = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
${DROP}
local place = redis.call('HGET', places, ARGV[1])
if not place then return { 'gone' } end
if ARGV[2] == '' then
  drop(ARGV[1])
else
  local at, age, size = string.match(place, '^(%S+) (%d+) (%d+)$')
  redis.call('HSET', records, ARGV[1], ARGV[2])
  redis.call('HSET', places, ARGV[1], at .. ' ' .. age .. ' ' .. ARGV[3])
  bytes = bytes - tonumber(size) + tonumber(ARGV[3])
end
redis.call('HSET', head, 'bytes', bytes)
return { 'written' }
`;

/** Keys: head, groups, shoppers. Argument: a shopper of a group, who is not to be known any more. */
export const FORGET_SCRIPT = `${OPENING}
local groups = KEYS[2]
${LEAVE}
if redis.call('ZREM', KEYS[3], ARGV[1]) == 1 then leave(nameOf(ARGV[1]), 1) end
return { 'forgotten' }
`;

/** How many exchanges, shoppers, groups and instances one call lets go of. */
const AT_ONCE = 500;

/**
 * Keys: head, records, places, order, holders, groups, seen, shoppers, instances. Arguments: what is older goes: exchanges
 * (ms), shoppers (slot), groups (ms), instances (ms).
 */
export const EXPIRE_SCRIPT = `${OPENING}
local records, places, order, holders = KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local groups, seen, shoppers, instances = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
${DROP}
${LEAVE}
local gone = 0
for _, entry in ipairs(redis.call('XRANGE', order, '-', '+', 'COUNT', ${AT_ONCE})) do
  local id = entry[2][2]
  local place = redis.call('HGET', places, id)
  if place and tonumber(string.match(place, '^%S+ (%d+)')) >= tonumber(ARGV[1]) then break end
  redis.call('XDEL', order, entry[1])
  drop(id)
  gone = gone + 1
end
redis.call('HSET', head, 'bytes', bytes)
local past, left = redis.call('ZRANGEBYSCORE', shoppers, '-inf', '(' .. ARGV[2], 'LIMIT', 0, ${AT_ONCE}), {}
for _, member in ipairs(past) do
  redis.call('ZREM', shoppers, member)
  local name = nameOf(member)
  left[name] = (left[name] or 0) + 1
end
for name, n in pairs(left) do leave(name, n) end
local old = redis.call('ZRANGEBYSCORE', seen, '-inf', '(' .. ARGV[3], 'LIMIT', 0, ${AT_ONCE})
for _, name in ipairs(old) do
  redis.call('HDEL', groups, name)
  redis.call('ZREM', seen, name)
end
local known = redis.call('HGETALL', instances)
for i = 2, #known, 2 do
  if tonumber(string.match(known[i], '^%d+ (%d+)')) < tonumber(ARGV[4]) then redis.call('HDEL', instances, known[i - 1]) end
end
return { math.max(gone, #past, #old) == ${AT_ONCE} and 'more' or 'done' }
`;
