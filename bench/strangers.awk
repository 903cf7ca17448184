# Pairs of pictures of different people, to measure how alike strangers look to a network:
#   awk -v count=1000000 -f bench/strangers.awk LFW/pairs_train.txt > pairs.txt
#   regard eval verify --root LFW --pairs pairs.txt --det tail.csv --json
# The mated pairs of the list are kept. The folder of a picture says who it is. Some pairs may come twice.
NF == 3 && $3 == 1 { print }
NF == 3 {
  for (i = 1; i <= 2; ++i) if (!($i in seen)) { seen[$i]; picture[n++] = $i }
}
# Park and Miller, Commun. ACM 31, 1988: the same numbers with every awk.
function draw() { state = (state * 16807) % 2147483647; return int(state / 2147483647 * n) }
function who(path) { sub(/\/[^\/]*$/, "", path); return path }
END {
  state = 1
  while (made < count && n > 1) {
    a = picture[draw()]; b = picture[draw()]
    if (who(a) != who(b)) { print a, b, 0; ++made }
  }
}
