{* One product as a cell of a grid: $product *}
<td width="50%" valign="top" style="padding:12px 8px;">
<a href="{$product.url}" style="text-decoration:none;"><img src="{$product.image}" alt="{$product.title}" width="256" style="width:100%;height:auto;border-radius:8px;"></a>
<p style="margin:12px 0 2px;font:17px/23px Georgia,'Times New Roman',serif;"><a href="{$product.url}" style="color:#26241f;text-decoration:none;">{$product.title}</a></p>
<p style="margin:0;font:14px/20px Helvetica,Arial,sans-serif;color:#6d6558;">{$product.material} · <b style="color:#26241f;">€ {$product.final_price|number_format:2}</b></p>
</td>
