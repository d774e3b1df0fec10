import { OPENING } from "./archive-redis-run.ts";

/**
 * Part of the script that adds a batch. A hash for each scope: `streams`, how many there are; by stream `about:<id>`, what it is,
 * and `first:<id>`; `slot:<id>:<slot>`, counts by mark of items and of cells; `sketch:<id>:<measure>:<bucket>`.
 */
export const ADD_EVIDENCE = `
local scopes, met, metCounts = KEYS[13], KEYS[14], KEYS[15]
local lostItems = 0

local function numbersIn(text)
  local numbers = {}
  for number in string.gmatch(text or '', '[^,]+') do numbers[#numbers + 1] = tonumber(number) end
  return numbers
end
local function textOf(numbers)
  local parts = {}
  for i, number in ipairs(numbers) do parts[i] = string.format('%d', number) end
  return table.concat(parts, ',')
end
local function addTo(numbers, more)
  for i, number in ipairs(more) do numbers[i] = (numbers[i] or 0) + number end
end

local function meetIn(stream, member, slot)
  if redis.call('ZSCORE', met, member) then
    redis.call('ZADD', met, 'GT', slot, member)
  elseif tonumber(redis.call('HGET', metCounts, stream) or 0) >= limits.streamShoppers
    or redis.call('ZCARD', met) >= limits.streamShoppersInAll then
    local full = stream .. ':full'
    redis.call('HSET', metCounts, full, math.max(slot, tonumber(redis.call('HGET', metCounts, full) or 0)))
  else
    redis.call('ZADD', met, slot, member)
    redis.call('HINCRBY', metCounts, stream, 1)
  end
end

local function joinCells(delta, cells)
  for _, cell in ipairs(delta.cells) do
    local name, member = KEYS[FIXED + 3 * cell[1]], delta.stream .. '|' .. cell[3]
    local before = tonumber(redis.call('HGET', name, member) or 0)
    local now = bit.bor(before, cell[4])
    if before == 0 and redis.call('HLEN', name) >= limits.cells then
      lost = lost + 1
    elseif now ~= before then
      redis.call('HSET', name, member, now)
      local new, mark = bit.bxor(now, before), 1
      while new ~= 0 do
        cells[mark] = (cells[mark] or 0) + bit.band(new, 1)
        new, mark = bit.rshift(new, 1), mark + 1
      end
      if before == 0 then meetIn(delta.stream, member, cell[2]) end
    end
  end
end

for _, delta in ipairs(batch.evidence) do
  local scope, stream = KEYS[FIXED + 3 * #batch.slots + delta.scope], delta.stream
  local isKnown = redis.call('HEXISTS', scope, 'about:' .. stream) == 1
  if not isKnown and tonumber(redis.call('HGET', scope, 'streams') or 0) >= limits.streams then
    lostItems = lostItems + delta.raw[1]
  else
    if not isKnown then
      redis.call('HINCRBY', scope, 'streams', 1)
      redis.call('HSET', scope, 'about:' .. stream, delta.about)
    end
    local first = tonumber(redis.call('HGET', scope, 'first:' .. stream) or batch.at)
    redis.call('HSET', scope, 'first:' .. stream, string.format('%d', math.min(first, batch.at)))
    redis.call('ZADD', scopes, 'GT', string.format('%d', batch.at), delta.name)
    local field = 'slot:' .. stream .. ':' .. delta.slot
    local raw, cells = string.match(redis.call('HGET', scope, field) or '', '^([%d,]*)|([%d,]*)$')
    raw, cells = numbersIn(raw), numbersIn(cells)
    addTo(raw, delta.raw)
    addTo(cells, delta.alone)
    joinCells(delta, cells)
    redis.call('HSET', scope, field, textOf(raw) .. '|' .. textOf(cells))
    for _, bucket in ipairs(delta.buckets) do redis.call('HINCRBY', scope, 'sketch:' .. stream .. bucket[1], bucket[2]) end
  end
end
`;

/**
 * Keys: head, the evidence of a scope, counts of shoppers. Of each stream: what it is, when it was seen first, how many shoppers, when
 * there was last no room for one; slots, and buckets, each a line: thousands of answers of their own would take ten times as long.
 */
export const EVIDENCE_SCRIPT = `${OPENING}
local all, streams, order = redis.call('HGETALL', KEYS[2]), {}, {}
for i = 1, #all, 2 do
  local kind, stream, rest = string.match(all[i], '^(%a+):(%x+):?(.*)$')
  if kind then
    local known = streams[stream]
    if not known then
      known = { about = '', first = '0', slot = {}, sketch = {} }
      streams[stream] = known
      order[#order + 1] = stream
    end
    if kind == 'slot' or kind == 'sketch' then
      local lines = known[kind]
      lines[#lines + 1] = rest .. ' ' .. all[i + 1]
    else
      known[kind] = all[i + 1]
    end
  end
end
local answer = { 'read' }
for _, stream in ipairs(order) do
  local known = streams[stream]
  local met = redis.call('HMGET', KEYS[3], stream, stream .. ':full')
  local lines = { table.concat(known.slot, '\\n'), table.concat(known.sketch, '\\n') }
  answer[#answer + 1] = { known.about, known.first, met[1] or '0', met[2] or '0', lines[1], lines[2] }
end
return answer
`;

/** Keys: head, shoppers met, their counts. Arguments: members who are not to be known any more. */
export const FORGET_MET_SCRIPT = `${OPENING}
for _, member in ipairs(ARGV) do
  local stream = string.match(member, '^(.*)|')
  if redis.call('ZREM', KEYS[2], member) == 1 then redis.call('HINCRBY', KEYS[3], stream, -1) end
end
return { 'forgotten' }
`;

/** Keys: head, scopes, the evidence of one, counts of shoppers. Arguments: the scope, and when what is older goes. */
export const LET_GO_SCRIPT = `${OPENING}
local seen = redis.call('ZSCORE', KEYS[2], ARGV[1])
if seen and tonumber(seen) >= tonumber(ARGV[2]) then return { 'kept' } end
for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
  local stream = string.match(field, '^about:(.*)$')
  if stream then redis.call('HDEL', KEYS[4], stream, stream .. ':full') end
end
redis.call('UNLINK', KEYS[3])
redis.call('ZREM', KEYS[2], ARGV[1])
return { 'gone' }
`;
