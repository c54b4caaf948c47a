{* The newsletter of Hazel & Oak.

   $profile    who gets this mail: one row of recipients.csv
   $mywebshop  the shop, asked while this mail is made (see dovetail.toml)
*}
{$hero = $mywebshop.product.123456}
{$customer = $mywebshop.customer[$profile.customer_id]}
{$name = $customer.firstname|default:'friend of the house'}
{$order = $customer.last_order}
{$cart = $mywebshop.carts|filter:'customer_id':'==':$profile.customer_id|filter:'is_active':1|orderby:'updated_at':'desc'|first}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{$name}, the {$hero.title|lower} is here</title>
<style>
  body { margin: 0; padding: 0; background: #f4efe7; }
  img { border: 0; display: block; }
  a { color: #2f5d50; }
  @media (max-width: 480px) {
    .pad { padding-left: 20px !important; padding-right: 20px !important; }
    .half { max-width: none !important; }
    .grid { padding-left: 12px !important; padding-right: 12px !important; }
    .hero { padding: 28px 20px 32px !important; }
    h1 { font-size: 28px !important; line-height: 34px !important; }
  }
</style>
</head>
<body style="margin:0;padding:0;background:#f4efe7;">
<div style="display:none;max-height:0;overflow:hidden;opacity:0;color:#f4efe7;">
{if $cart}Your cart is waiting, and three favourites are cheaper this week.{else}Three favourites are cheaper this week.{/if}
</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f4efe7">
<tr><td align="center" style="padding:0 10px;">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;">

{include file='parts/header.tpl'}

{* The hero: one product, by its id. Two halves that stack on a phone. *}
<tr><td bgcolor="#26473d" align="center" style="border-radius:10px 10px 0 0;overflow:hidden;font-size:0;">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td width="300" valign="middle"><![endif]-->
<div class="half" style="display:inline-block;width:100%;max-width:300px;vertical-align:middle;">
<a href="{$hero.url}"><img src="{$hero.image}" alt="{$hero.title}" width="300" style="width:100%;height:auto;"></a>
</div>
<!--[if mso]></td><td width="300" valign="middle"><![endif]-->
<div class="half" style="display:inline-block;width:100%;max-width:300px;vertical-align:middle;">
<div class="hero" style="padding:20px 28px;text-align:left;color:#f4efe7;">
<p style="margin:0 0 10px;font:600 12px/18px Helvetica,Arial,sans-serif;letter-spacing:1.5px;text-transform:uppercase;color:#d9c39a;">New on the stove</p>
<h1 style="margin:0 0 10px;font:normal 29px/35px Georgia,'Times New Roman',serif;color:#ffffff;">{$hero.title}</h1>
<p style="margin:0 0 20px;font:16px/24px Georgia,'Times New Roman',serif;color:#dfe6df;">{$hero.short_description}</p>
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td bgcolor="#e9b872" style="border-radius:24px;">
<a href="{$hero.url}" style="display:inline-block;padding:12px 24px;font:600 15px/20px Helvetica,Arial,sans-serif;color:#26241f;text-decoration:none;">Yours for € {$hero.final_price|number_format:2}</a>
</td></tr></table>
</div>
</div>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>

<tr><td class="pad" bgcolor="#ffffff" style="padding:32px 36px 8px;">
<p style="margin:0 0 12px;font:22px/30px Georgia,'Times New Roman',serif;color:#26241f;">Dear {$name},</p>
<p style="margin:0;font:16px/26px Georgia,'Times New Roman',serif;color:#4d473f;">
{if $order.status == 'complete'}
Thank you for your order of {$order.created_at|date_format:'j F'}; we hope the {$order.items[0].name|lower} feels at home by now.
{elseif $order}
Thank you for your order of {$order.created_at|date_format:'j F'}: the {$order.items[0].name|lower} is being packed as we write.
{else}
Thank you for reading along: everything below is on our shelves today.
{/if}
Here is what we would put on the table this week.
</p>
</td></tr>

{if $cart}
{include file='parts/cart.tpl' cart=$cart}
{/if}

{* The offers: a question to the shop, not a list to keep up to date. *}
<tr><td class="pad" bgcolor="#ffffff" style="padding:28px 36px 4px;">
<h2 style="margin:0;font:normal 23px/30px Georgia,'Times New Roman',serif;color:#26241f;">Kinder prices, this week only</h2>
</td></tr>
{foreach $mywebshop.products|filter:'special_price'|orderby:'price'|limit:3 as $product}
{include file='parts/offer.tpl' product=$product last=$product@last}
{/foreach}

<tr><td class="pad" bgcolor="#ffffff" style="padding:32px 36px 8px;">
<h2 style="margin:0;font:normal 23px/30px Georgia,'Times New Roman',serif;color:#26241f;">Good things below forty euros</h2>
</td></tr>
<tr><td class="grid" bgcolor="#ffffff" style="padding:4px 28px 20px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
{foreach $mywebshop.products|filter:'price':'<':40|orderby:'price':'desc'|limit:4 as $product}
{if $product@iteration is odd}<tr>{/if}
{include file='parts/tile.tpl' product=$product}
{if $product@iteration is even || $product@last}</tr>{/if}
{/foreach}
</table>
</td></tr>

{if $order}
{include file='parts/order.tpl' order=$order}
{/if}

{include file='parts/footer.tpl'}

</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
