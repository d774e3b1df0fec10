import { MAX_VALUE_BYTES } from "../registry/index.ts";
import { MAX_LOG_BYTES, MAX_LOGGED_COMMITS } from "./log.ts";
import { REDIS_SCHEMA } from "./redis-keys.ts";

/** How many members one command of a script or of a staging takes: Lua's stack holds 8,000 values. */
export const MEMBERS_PER_COMMAND = 5000;

/**
 * What every script that writes begins with. An order that comes late has been given up by whoever gave it: a Redis that
 * was frozen must not carry it out when it thaws.
 */
const GUARD = `
local meta, flags, lists, log, audit, aside, documents = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local at, key = 0, 7
local function arg() at = at + 1 return ARGV[at] end
local function args(count) at = at + count return at - count end
local function place() return { arg(), arg(), arg() } end
local function nextKey() key = key + 1 return KEYS[key] end
local function typeOf(name) return redis.call('TYPE', name).ok end

local deadline = tonumber(arg())
local now = redis.call('TIME')
if now[1] * 1000 + now[2] / 1000 > deadline then return { 'late' } end
local schema = tonumber(redis.call('HGET', meta, 'schema') or 0)
if not schema or schema > ${REDIS_SCHEMA} then return { 'newer', tostring(schema) } end
local seen = place()
local found = redis.call('HMGET', meta, 'version', 'seq', 'hash')
for i, default in ipairs({ '0', '0', '' }) do found[i] = found[i] or default end
for i = 1, 3 do if found[i] ~= seen[i] then return { 'moved', found[1], found[2], found[3] } end end
local channel = arg()
`;

/** Arguments after the guard's: the kill. */
export const KILL_SCRIPT = `${GUARD}
redis.call('HSET', meta, 'schema', ${REDIS_SCHEMA}, 'kill', arg())
redis.pcall('PUBLISH', channel, 'moved')
return { 'written' }
`;

/**
 * A commit, or a whole state over what was there. Whatever may fail is looked at before the first write, as Redis takes
 * nothing back. Keys after the seven: lists to take away, then one for each list written, then the staged ones in that order.
 */
export const WRITE_SCRIPT = `${GUARD}
local position = place()
local kill = arg()
local text = arg()
local whole = arg() == 'whole'
local old, written, staged = tonumber(arg()), tonumber(arg()), tonumber(arg())

for i = #KEYS - staged + 1, #KEYS do if typeOf(KEYS[i]) ~= 'set' then return { 'unstaged' } end end
-- The only command below that is counted as dangerous, and that a user may not be allowed: to its own name it does nothing.
if staged > 0 then
  local renamed = redis.pcall('RENAME', KEYS[#KEYS], KEYS[#KEYS])
  if renamed.err then return renamed end
end
local function expect(name, wanted)
  local is = typeOf(name)
  return is == 'none' or is == wanted
end
if whole then
  local top = expect(audit, 'stream') and redis.call('XREVRANGE', audit, '+', '-', 'COUNT', 1)[1]
  if not expect(audit, 'stream') then
    redis.call('RENAME', audit, aside)
  elseif top then
    local seq = tonumber(string.match(top[1], '^%d+'))
    if seq > tonumber(position[2]) or (seq == tonumber(position[2]) and top[2][4] ~= position[3]) then
      redis.call('RENAME', audit, aside)
    end
  end
  for i = 1, old do redis.call('UNLINK', nextKey()) end
  redis.call('UNLINK', flags, lists, log, documents)
  redis.call('HSET', meta, 'logBytes', 0)
else
  local sound = expect(flags, 'hash') and expect(lists, 'hash') and expect(log, 'stream') and expect(audit, 'stream')
    and expect(documents, 'hash')
  for i = 8, 7 + written do sound = sound and expect(KEYS[i], 'set') end
  if not sound then return { 'mistyped' } end
  local held = redis.call('HMGET', meta, 'flags', 'lists', 'documents')
  for i, name in ipairs({ flags, lists, documents }) do
    if tonumber(held[i] or 0) ~= redis.call('HLEN', name) then return { 'damaged' } end
  end
end

local stage = #KEYS - staged
local function members(command, name, count)
  local from = args(count)
  for first = from + 1, from + count, ${MEMBERS_PER_COMMAND} do
    redis.call(command, name, unpack(ARGV, first, math.min(first + ${MEMBERS_PER_COMMAND} - 1, from + count)))
  end
end
local function counted(id, name) redis.call('HSET', lists, id, redis.call('SCARD', name)) end
local write = {
  -- Comes first: the only one that Redis may refuse.
  entry = function() redis.call('XADD', audit, arg() .. '-0', 'entry', arg(), 'hash', arg()) end,
  flag = function() redis.call('HSET', flags, arg(), arg()) end,
  unflag = function() redis.call('HDEL', flags, arg()) end,
  document = function() redis.call('HSET', documents, arg(), arg()) end,
  undocument = function() redis.call('HDEL', documents, arg()) end,
  edit = function()
    local id, name = arg(), nextKey()
    members('SREM', name, tonumber(arg()))
    members('SADD', name, tonumber(arg()))
    counted(id, name)
  end,
  replace = function()
    local id, name = arg(), nextKey()
    redis.call('UNLINK', name)
    members('SADD', name, tonumber(arg()))
    counted(id, name)
  end,
  stage = function()
    local id, name = arg(), nextKey()
    stage = stage + 1
    redis.call('UNLINK', name)
    redis.call('RENAME', KEYS[stage], name)
    redis.call('PERSIST', name)
    counted(id, name)
  end,
  drop = function()
    redis.call('HDEL', lists, arg())
    redis.call('UNLINK', nextKey())
  end,
}
while at < #ARGV do write[arg()]() end

if kill == 'ended' then redis.call('HDEL', meta, 'kill') elseif kill ~= 'kept' then redis.call('HSET', meta, 'kill', kill) end
redis.call('HSET', meta, 'schema', ${REDIS_SCHEMA}, 'version', position[1], 'seq', position[2], 'hash', position[3],
  'flags', redis.call('HLEN', flags), 'lists', redis.call('HLEN', lists), 'documents', redis.call('HLEN', documents))

local bytes = tonumber(redis.call('HGET', meta, 'logBytes') or 0)
if text ~= '' then
  local added = redis.pcall('XADD', log, position[1] .. '-0', 'commit', text)
  if type(added) == 'table' then
    redis.call('DEL', log)
    redis.call('XADD', log, position[1] .. '-0', 'commit', text)
    bytes = 0
  end
  bytes = bytes + #text
  while bytes > ${MAX_LOG_BYTES} or redis.call('XLEN', log) > ${MAX_LOGGED_COMMITS} do
    local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
    if not oldest then break end
    bytes = bytes - #oldest[2][2]
    redis.call('XDEL', log, oldest[1])
  end
else
  redis.call('DEL', log)
  bytes = 0
end
redis.call('HSET', meta, 'logBytes', bytes)
redis.pcall('PUBLISH', channel, 'moved')
return { 'written' }
`;

/** The clock that the deadline of a script is measured by: of the node that holds the keys. */
export const CLOCK_SCRIPT = `return redis.call('TIME')`;

/** The key that is kept, which is the one given where there was none. */
export const HASH_KEY_SCRIPT = `
local schema = tonumber(redis.call('HGET', KEYS[1], 'schema') or 0)
if not schema or schema > ${REDIS_SCHEMA} then return { 'newer', tostring(schema) } end
if redis.call('HSETNX', KEYS[1], 'hashKey', ARGV[1]) == 1 then redis.call('HSET', KEYS[1], 'schema', ${REDIS_SCHEMA}) end
return { 'kept', redis.call('HGET', KEYS[1], 'hashKey') }
`;

/** The key that is kept, which is the second one given where it was the first. */
export const REPLACE_HASH_KEY_SCRIPT = `
local schema = tonumber(redis.call('HGET', KEYS[1], 'schema') or 0)
if not schema or schema > ${REDIS_SCHEMA} then return { 'newer', tostring(schema) } end
if redis.call('HGET', KEYS[1], 'hashKey') == ARGV[1] then redis.call('HSET', KEYS[1], 'hashKey', ARGV[2]) end
return { 'kept', redis.call('HGET', KEYS[1], 'hashKey') or '' }
`;

/** The log begins anew. */
export const PURGE_SCRIPT = `
local schema = tonumber(redis.call('HGET', KEYS[1], 'schema') or 0)
if not schema or schema > ${REDIS_SCHEMA} then return { 'newer', tostring(schema) } end
redis.call('UNLINK', KEYS[2])
redis.call('HSET', KEYS[1], 'logBytes', 0)
return { 'purged', '' }
`;

/** Notes may go on for so long before the others are told at once instead of when they look next, milliseconds. */
const TOLD_MS = 1000;

/**
 * Keys: the head, the notes, then when the last note of each of their spaces expires. Arguments: the channel, the number of
 * notes, for each key but the first its value and how many milliseconds it has, and the places of those keys whose value is
 * a line below those that are there. What may fail is read before the first write.
 */
export const NOTES_SCRIPT = `
local schema = tonumber(redis.call('HGET', KEYS[1], 'schema') or 0)
if not schema or schema > ${REDIS_SCHEMA} then return { 'newer', tostring(schema) } end
local last = tonumber(ARGV[2]) + 1
local known = {}
for i = last + 1, #KEYS do known[i] = tonumber(redis.call('GET', KEYS[i]) or 0) or 0 end
local isLine = {}
for i = 2 * #KEYS + 1, #ARGV do isLine[tonumber(ARGV[i])] = redis.call('GET', KEYS[tonumber(ARGV[i])]) or '' end
local function below(i)
  local line = ARGV[2 * i - 1]
  local lines = redis.call('GET', KEYS[i])
  if not lines then return line end
  if string.find('\\n' .. lines .. '\\n', '\\n' .. line .. '\\n', 1, true) then return lines end
  lines = lines .. '\\n' .. line
  while #lines > ${MAX_VALUE_BYTES} do lines = string.sub(lines, string.find(lines, '\\n', 1, true) + 1) end
  return lines
end
local function set(i)
  local ms, value = ARGV[2 * i], isLine[i] and below(i) or ARGV[2 * i - 1]
  if tonumber(ms) > 0 then redis.call('SET', KEYS[i], value, 'PX', ms) else redis.call('UNLINK', KEYS[i]) end
end
for i = 2, last do set(i) end
local isNews = false
for i = last + 1, #KEYS do
  local grown = tonumber(ARGV[2 * i - 1]) - known[i]
  if grown > 0 then set(i) end
  isNews = isNews or grown >= ${TOLD_MS}
end
if isNews then redis.pcall('PUBLISH', ARGV[1], 'moved') end
return { 'put' }
`;
